using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Kontena.Agent.Docker;

/// <summary>A Docker Engine behind its API. Translates; decides nothing.</summary>
internal sealed class DockerEngine : IEngine, IDisposable
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan PullSilence = TimeSpan.FromSeconds(60);
    private readonly DockerClient _docker;
    private readonly EngineCalls _calls;
    private readonly TimeProvider _time;

    public DockerEngine(Uri endpoint, EngineHealth health, TimeProvider time)
    {
        _docker = new DockerClientBuilder().WithEndpoint(endpoint).WithTimeout(Timeout.InfiniteTimeSpan).Build();
        _calls = new(endpoint, health, time);
        _time = time;
    }

    public void Dispose() => _docker.Dispose();

    public Task PingAsync(CancellationToken cancel) =>
        _calls.RunAsync("ping", TimeSpan.FromSeconds(5), token => _docker.System.PingAsync(token), cancel);

    public async Task<EngineInfo> InfoAsync(CancellationToken cancel)
    {
        var info = await _calls.RunAsync("info", Short, token => _docker.System.GetSystemInfoAsync(token), cancel);
        return new()
        {
            Id = info.ID,
            Version = info.ServerVersion,
            OperatingSystem = info.OperatingSystem,
            Kernel = info.KernelVersion,
            Architecture = info.Architecture,
            Cpus = (int)info.NCPU,
            MemoryTotalBytes = info.MemTotal,
            RootFolder = info.DockerRootDir,
            LiveRestore = info.LiveRestoreEnabled,
            VolumeDrivers = [.. info.Plugins?.Volume ?? []],
            LogDrivers = [.. info.Plugins?.Log ?? []],
        };
    }

    public async Task<ImmutableArray<ContainerSummary>> ListContainersAsync(CancellationToken cancel)
    {
        var all = await _calls.RunAsync("list containers", Short,
            token => _docker.Containers.ListContainersAsync(new() { All = true }, token), cancel);
        return [.. all.Select(EngineModels.Summary)];
    }

    public async Task<ContainerInfo?> FindContainerAsync(string idOrName, CancellationToken cancel)
    {
        try
        {
            var found = await _calls.RunAsync("inspect container", Short,
                token => _docker.Containers.InspectContainerAsync(idOrName, token), cancel);
            return EngineModels.Container(found);
        }
        catch (EngineException e) when (e.Fault is EngineFault.Gone)
        {
            return null;
        }
    }

    public async Task<string> CreateContainerAsync(ContainerSpec spec, CancellationToken cancel) =>
        (await _calls.RunAsync("create container", Long,
            token => _docker.Containers.CreateContainerAsync(EngineModels.Parameters(spec), token), cancel)).ID;

    public Task StartContainerAsync(string id, CancellationToken cancel) => _calls.RunAsync("start container", Long,
        token => _docker.Containers.StartContainerAsync(id, new(), token), cancel);

    public Task StopContainerAsync(string id, TimeSpan grace, CancellationToken cancel) =>
        _calls.RunAsync("stop container", grace + Long, token => _docker.Containers.StopContainerAsync(
            id, new() { WaitBeforeKillSeconds = (uint)Math.Clamp(Math.Ceiling(grace.TotalSeconds), 0, 86_400) }, token), cancel);

    public async Task RemoveContainerAsync(string id, bool withAnonymousVolumes, CancellationToken cancel)
    {
        try
        {
            await _calls.RunAsync("remove container", Long, token => _docker.Containers.RemoveContainerAsync(
                id, new() { RemoveVolumes = withAnonymousVolumes, Force = true }, token), cancel);
        }
        catch (EngineException e) when (e.Fault is EngineFault.Gone)
        {
            // Already gone, which is what was wanted.
        }
    }

    public async Task<long> WaitContainerAsync(string id, TimeSpan limit, CancellationToken cancel) =>
        (await _calls.RunAsync("wait for container", limit, token => _docker.Containers.WaitContainerAsync(id, token), cancel)).StatusCode;

    public async Task<ExecResult> ExecAsync(string id, ImmutableArray<string> command, TimeSpan limit, CancellationToken cancel)
    {
        var exec = await _calls.RunAsync("create exec", Short, token => _docker.Exec.CreateContainerExecAsync(
            id, new() { Cmd = [.. command], AttachStdout = true, AttachStderr = true }, token), cancel);
        var output = await _calls.RunAsync("exec", limit, async token =>
        {
            using var stream = await _docker.Exec.StartContainerExecAsync(exec.ID, new(), token);
            return await ReadEndAsync(stream, token);
        }, cancel);
        var ended = await _calls.RunAsync("inspect exec", Short, token => _docker.Exec.InspectContainerExecAsync(exec.ID, token), cancel);
        return new(ended.ExitCode ?? -1, output);
    }

    public Task<string> TailAsync(string id, int lines, CancellationToken cancel) => _calls.RunAsync("read log", Short, async token =>
    {
        using var stream = await _docker.Containers.GetContainerLogsAsync(id,
            new() { ShowStdout = true, ShowStderr = true, Tail = lines.ToString(CultureInfo.InvariantCulture) }, token);
        return await ReadEndAsync(stream, token);
    }, cancel);

    public async Task<ImageInfo?> FindImageAsync(string reference, CancellationToken cancel)
    {
        try
        {
            var image = await _calls.RunAsync("inspect image", Short, token => _docker.Images.InspectImageAsync(reference, token), cancel);
            return new(image.ID, image.Created is { } at ? new DateTimeOffset(at.ToUniversalTime(), TimeSpan.Zero) : null,
                [.. (image.Config?.Volumes?.Keys ?? []).Order(StringComparer.Ordinal)]);
        }
        catch (EngineException e) when (e.Fault is EngineFault.Gone)
        {
            return null;
        }
    }

    public async Task PullAsync(string reference, TimeSpan firstAnswer, IProgress<PullProgress> progress, CancellationToken cancel)
    {
        using var silence = new CancellationTokenSource(firstAnswer, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancel, silence.Token);
        var messages = new PullMessages(progress, heard: () => silence.CancelAfter(PullSilence));
        try
        {
            await _calls.RunAsync("pull image", TimeSpan.FromMinutes(30), token => _docker.Images.CreateImageAsync(
                new() { FromImage = reference }, null, messages, token), linked.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // The registry, not the engine: no EngineHealth.Failed here.
            throw new EngineException(EngineFault.Unavailable, "the registry does not answer");
        }
        if (messages.Error is { } error)
        {
            throw new EngineException(EngineFault.Refused, error);
        }
    }

    public async Task<ImmutableArray<NetworkInfo>> ListNetworksAsync(CancellationToken cancel)
    {
        var all = await _calls.RunAsync("list networks", Short, token => _docker.Networks.ListNetworksAsync(new(), token), cancel);
        return [.. all.Select(n => new NetworkInfo(n.ID, n.Name, n.Driver,
            [.. (n.IPAM?.Config ?? []).Select(c => c.Subnet).Where(s => !string.IsNullOrEmpty(s))],
            n.IPAM?.Config?.FirstOrDefault()?.Gateway,
            EngineModels.Map(n.Labels), EngineModels.Map(n.Options)))];
    }

    public Task CreateNetworkAsync(NetworkSpec spec, CancellationToken cancel) => _calls.RunAsync("create network", Long,
        token => _docker.Networks.CreateNetworkAsync(new()
        {
            Name = spec.Name,
            Driver = "bridge",
            IPAM = new() { Driver = "default", Config = [new() { Subnet = spec.Subnet, IPRange = spec.Range, Gateway = spec.Gateway }] },
            Options = spec.Options.ToDictionary(),
            Labels = spec.Labels.ToDictionary(),
        }, token), cancel);

    public Task ConnectAsync(string network, string containerId, EndpointSpec endpoint, CancellationToken cancel) =>
        _calls.RunAsync("connect network", Short, token => _docker.Networks.ConnectNetworkAsync(network,
            new() { Container = containerId, EndpointConfig = EngineModels.Endpoint(endpoint) }, token), cancel);

    public Task DisconnectAsync(string network, string containerId, CancellationToken cancel) =>
        _calls.RunAsync("disconnect network", Short, token => _docker.Networks.DisconnectNetworkAsync(network,
            new() { Container = containerId, Force = false }, token), cancel);

    public async Task<ImmutableArray<VolumeInfo>> ListVolumesAsync(CancellationToken cancel)
    {
        var all = await _calls.RunAsync("list volumes", Short, token => _docker.Volumes.ListAsync(token), cancel);
        return [.. (all.Volumes ?? []).Select(EngineModels.Volume)];
    }

    public async Task<VolumeInfo?> FindVolumeAsync(string name, CancellationToken cancel)
    {
        try
        {
            return EngineModels.Volume(await _calls.RunAsync("inspect volume", Short,
                token => _docker.Volumes.InspectAsync(name, token), cancel));
        }
        catch (EngineException e) when (e.Fault is EngineFault.Gone)
        {
            return null;
        }
    }

    public Task CreateVolumeAsync(VolumeInfo volume, CancellationToken cancel) => _calls.RunAsync("create volume", Long,
        token => _docker.Volumes.CreateAsync(new()
        {
            Name = volume.Name,
            Driver = volume.Driver,
            DriverOpts = volume.Options.ToDictionary(),
            Labels = volume.Labels.ToDictionary(),
        }, token), cancel);

    public async IAsyncEnumerable<EngineEvent> EventsAsync(Action subscribed, [EnumeratorCancellation] CancellationToken cancel)
    {
        // The engine answers the request a moment before it listens; asking for the last seconds again closes that gap.
        var since = _time.GetUtcNow().AddSeconds(-5).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
#pragma warning disable CS0618 // The other overload does not say when it is subscribed, and then events could be missed.
        await using var stream = await _calls.RunAsync("events", Short, _ => _docker.System.MonitorEventsAsync(new()
        {
            Since = since,
            Filters = new Dictionary<string, IDictionary<string, bool>> { ["type"] = new Dictionary<string, bool> { ["container"] = true } },
        }, cancel), cancel);
#pragma warning restore CS0618
        subscribed();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (true)
        {
            string? line;
            try
            {
                line = await reader.ReadLineAsync(cancel);
            }
            catch (IOException e)
            {
                throw _calls.Unreachable(e);
            }
            if (line is null)
            {
                throw _calls.Unavailable("The container engine closed its stream of events. Check that it runs.", null);
            }
            if (EngineModels.Event(line) is { } happened)
            {
                yield return happened;
            }
        }
    }

    /// <summary>Reads everything, keeps the last 4 KiB.</summary>
    private static async Task<string> ReadEndAsync(MultiplexedStream stream, CancellationToken cancel)
    {
        const int kept = 4_096;
        var buffer = new byte[16_384];
        var end = new List<byte>(kept * 2);
        while (await stream.ReadOutputAsync(buffer, 0, buffer.Length, cancel) is { EOF: false } read)
        {
            end.AddRange(buffer.AsSpan(0, read.Count));
            if (end.Count > kept)
            {
                end.RemoveRange(0, end.Count - kept);
            }
        }
        return Encoding.UTF8.GetString([.. end]).Trim();
    }

    /// <summary>Adds up the layers' progress and catches an error that comes in mid-stream.</summary>
    private sealed class PullMessages(IProgress<PullProgress> progress, Action heard) : IProgress<JSONMessage>
    {
        private readonly Dictionary<string, (long Current, long Total)> _layers = [];

        public string? Error { get; private set; }

        public void Report(JSONMessage value)
        {
            heard();
            Error ??= value.Error?.Message;
            if (value is { ID: { Length: > 0 } layer, Progress: { Total: > 0 } at } && _layers.Count < 1_000)
            {
                _layers[layer] = (at.Current ?? 0, at.Total.Value);
            }
            var total = _layers.Values.Sum(l => l.Total);
            progress.Report(new(total > 0 ? (int)(100 * _layers.Values.Sum(l => Math.Min(l.Current, l.Total)) / total) : null));
        }
    }
}
