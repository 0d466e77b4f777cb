using Docker.DotNet;
using Docker.DotNet.Models;
using Xunit;

namespace Kontena.TestKit.Engines;

/// <summary>The real engine of this machine, for all tests of an assembly. What they make on it goes when they end.</summary>
/// <remarks>
/// <c>[assembly: AssemblyFixture(typeof(TestEngine))]</c>, then take it in a test class's constructor and call
/// <see cref="NeedAsync"/> first. Removal is by label only: others use the same engine.
/// </remarks>
public sealed class TestEngine : IAsyncLifetime
{
    /// <summary>On everything that tests make themselves; the value is <see cref="Run"/>.</summary>
    public const string RunLabel = "io.kontena.test.run";

    /// <summary>On everything that an agent makes.</summary>
    public const string GridLabel = "io.kontena.grid.id";

    /// <summary>Where the engine of the tests answers: not always at the usual place, since <c>./test.sh</c> may start one of its own.</summary>
    public static Uri Endpoint { get; } = new(
        Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host ? host : "unix:///var/run/docker.sock");

    private readonly HashSet<Guid> _grids = [];
    private readonly SemaphoreSlim _gate = new(1);
    private string? _missing;
    private bool _asked;

    public DockerClient Client { get; } = new DockerClientBuilder().WithEndpoint(Endpoint).Build();

    public string Run { get; } =
        Environment.GetEnvironmentVariable("KONTENA_TEST_RUN") is { Length: > 0 } run ? run : Guid.CreateVersion7().ToString("N");

    /// <summary>For what a test makes itself.</summary>
    public Dictionary<string, string> Labels => new() { [RunLabel] = Run };

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Skips or fails the running test where no engine answers; builds the images that it needs, each once.</summary>
    public async Task NeedAsync(CancellationToken cancel, params TestImage[] images)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            _missing = _asked ? _missing : await AskAsync(cancel);
            _asked = true;
            Requirement.Check(Requirement.Docker, _missing);
            foreach (var image in images)
            {
                await ImageBuilder.EnsureAsync(Client, image, cancel);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Containers, volumes and networks of this grid go at the end of the run, also when the run is killed.</summary>
    public void Track(Guid grid)
    {
        if (Environment.GetEnvironmentVariable("KONTENA_TEST_STATE") is { Length: > 0 } state)
        {
            File.WriteAllText(Path.Combine(state, "grids", grid.ToString()), ""); // read by ./test.sh
        }
        lock (_grids)
        {
            _grids.Add(grid);
        }
    }

    /// <summary>All containers, running or not, that carry every one of <paramref name="labels"/> (<c>name</c> or <c>name=value</c>).</summary>
    public async Task<IReadOnlyList<ContainerListResponse>> ContainersAsync(CancellationToken cancel, params string[] labels) =>
        [.. await Client.Containers.ListContainersAsync(new ContainersListParameters { All = true, Filters = Having(labels) }, cancel)];

    public async Task<IReadOnlyList<VolumeResponse>> VolumesAsync(CancellationToken cancel, params string[] labels) =>
        [.. (await Client.Volumes.ListAsync(new VolumesListParameters { Filters = Having(labels) }, cancel)).Volumes ?? []];

    /// <summary>Id and start time of each running container of a grid: what must not change when a healthy one is left alone.</summary>
    public async Task<IReadOnlyDictionary<string, string>> RunningSinceAsync(Guid grid, CancellationToken cancel)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var container in await ContainersAsync(cancel, $"{GridLabel}={grid}"))
        {
            var details = await Client.Containers.InspectContainerAsync(container.ID, cancel);
            if (details.State is { Running: true } state)
            {
                found[details.Name.TrimStart('/')] = $"{details.ID} since {state.StartedAt}";
            }
        }
        return found;
    }

    /// <summary>Runs a command in a container.</summary>
    /// <returns>Its output, when it ended well.</returns>
    public async Task<string> ExecAsync(string container, CancellationToken cancel, params string[] command)
    {
        var exec = await Client.Exec.CreateContainerExecAsync(
            container, new ContainerExecCreateParameters { Cmd = command, AttachStdout = true, AttachStderr = true }, cancel);
        using var stream = await Client.Exec.StartContainerExecAsync(exec.ID, new ContainerExecStartParameters(), cancel);
        var (output, errors) = await stream.ReadOutputToEndAsync(cancel);
        var end = await Client.Exec.InspectContainerExecAsync(exec.ID, cancel);
        return end.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{string.Join(' ', command)} ended with {end.ExitCode}: {output}{errors}");
    }

    /// <summary>What a container printed so far, both streams.</summary>
    public async Task<string> LogAsync(string container, CancellationToken cancel)
    {
        var parameters = new ContainerLogsParameters { ShowStdout = true, ShowStderr = true };
        using var stream = await Client.Containers.GetContainerLogsAsync(container, parameters, cancel);
        var (output, errors) = await stream.ReadOutputToEndAsync(cancel);
        return output + errors;
    }

    public async ValueTask DisposeAsync()
    {
        if (_asked && _missing is null)
        {
            await RemoveAsync($"{RunLabel}={Run}", CancellationToken.None);
            foreach (var grid in _grids)
            {
                await RemoveAsync($"{GridLabel}={grid}", CancellationToken.None);
            }
        }
        Client.Dispose();
        _gate.Dispose();
    }

    /// <summary>Removes every container, volume and network with this label.</summary>
    public async Task RemoveAsync(string label, CancellationToken cancel)
    {
        foreach (var container in await ContainersAsync(cancel, label))
        {
            await GoneAsync(Client.Containers.RemoveContainerAsync(
                container.ID, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, cancel));
        }
        foreach (var volume in await VolumesAsync(cancel, label))
        {
            await GoneAsync(Client.Volumes.RemoveAsync(volume.Name, force: true, cancel));
        }
        foreach (var network in await Client.Networks.ListNetworksAsync(
            new NetworksListParameters { Filters = Having(label) }, cancel))
        {
            await GoneAsync(Client.Networks.DeleteNetworkAsync(network.ID, cancel), alsoInUse: true);
        }
    }

    /// <param name="alsoInUse">Whether it may stay because somebody else uses it: grids of the same subnet share a network.</param>
    private static async Task GoneAsync(Task removal, bool alsoInUse = false)
    {
        try
        {
            await removal;
        }
        catch (DockerApiException e) when (e.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            // Somebody else removed it meanwhile, which is what was wanted.
        }
        catch (DockerApiException e) when (alsoInUse && e.StatusCode == System.Net.HttpStatusCode.Forbidden)
        {
            // Its last user removes it.
        }
    }

    private static Dictionary<string, IDictionary<string, bool>> Having(params string[] labels) =>
        new() { ["label"] = labels.ToDictionary(label => label, _ => true) };

    private async Task<string?> AskAsync(CancellationToken cancel)
    {
        try
        {
            await Client.System.PingAsync(cancel);
            return null;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            return $"no engine answers at {Endpoint} ({e.Message}); on Debian or Ubuntu: apt-get install docker.io";
        }
    }
}
