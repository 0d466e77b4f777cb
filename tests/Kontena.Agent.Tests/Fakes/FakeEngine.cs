using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Kontena.Agent.Docker;

namespace Kontena.Agent.Tests.Fakes;

/// <summary>A container engine in memory, with the manners of a real one as far as the agent relies on them.</summary>
internal sealed class FakeEngine(TimeProvider time) : IEngine
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, ContainerInfo> _containers = [];
    private readonly Dictionary<string, ContainerSpec> _specs = [];
    private readonly Dictionary<string, ImageInfo> _images = [];
    private readonly Dictionary<string, VolumeInfo> _volumes = [];
    private readonly List<NetworkInfo> _networks = [];
    private readonly List<string> _changes = [];
    private readonly List<Channel<EngineEvent>> _listeners = [];
    private int _created;

    /// <summary>Thrown by every call while set: the engine is down or hangs.</summary>
    public EngineException? Away { get; set; }

    /// <summary>Asked before a container starts; what it returns is the engine's error.</summary>
    public Func<ContainerSpec, string?> StartFails { get; set; } = _ => null;

    /// <summary>What a registry does; throws, or returns the image.</summary>
    public Func<string, ImageInfo> Registry { get; set; } = reference => throw new EngineException(EngineFault.Refused, "dial tcp: no such host");

    /// <summary>Awaited in the middle of every pull.</summary>
    public Func<Task> DuringPull { get; set; } = () => Task.CompletedTask;

    public int Pulls { get; private set; }

    /// <summary>Calls that changed something, in order: <c>create NAME</c>, <c>start NAME</c> …</summary>
    public ImmutableArray<string> Changes
    {
        get
        {
            lock (_gate)
            {
                return [.. _changes];
            }
        }
    }

    public void HasImage(string reference, ImageInfo? image = null)
    {
        lock (_gate)
        {
            _images[reference] = image ?? new($"sha256:{reference}", time.GetUtcNow().AddDays(-3), []);
        }
    }

    public ContainerInfo? Container(string name)
    {
        lock (_gate)
        {
            return _containers.Values.FirstOrDefault(c => c.Name == name || c.Id == name);
        }
    }

    public ContainerSpec Spec(string name)
    {
        lock (_gate)
        {
            return _specs[_containers.Values.Single(c => c.Name == name).Id];
        }
    }

    /// <summary>The process of a container ends by itself.</summary>
    public void Ends(string name, long exitCode) => End(Container(name)!, exitCode);

    /// <summary>A container that somebody else made.</summary>
    public void Foreign(string name, ImmutableDictionary<string, string> labels)
    {
        lock (_gate)
        {
            _containers[name] = new() { Id = name, Name = name, ImageId = "x", Labels = labels, Running = true, StartedAt = time.GetUtcNow() };
        }
    }

    public Task PingAsync(CancellationToken cancel) => AnswerAsync(true);

    public Task<EngineInfo> InfoAsync(CancellationToken cancel) => AnswerAsync(new EngineInfo { Id = "engine", Version = "20.10" });

    public Task<ImmutableArray<ContainerSummary>> ListContainersAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            return AnswerAsync<ImmutableArray<ContainerSummary>>(
            [
                .. _containers.Values.Select(c => new ContainerSummary
                {
                    Id = c.Id, Name = c.Name, Image = c.ImageId, Running = c.Running, Labels = c.Labels, Endpoints = c.Endpoints, Volumes = c.Volumes,
                    Ports = _specs.TryGetValue(c.Id, out var spec) && c.Running ? spec.Ports : [],
                }),
            ]);
        }
    }

    public Task<ContainerInfo?> FindContainerAsync(string idOrName, CancellationToken cancel) => AnswerAsync(Container(idOrName));

    public Task<string> CreateContainerAsync(ContainerSpec spec, CancellationToken cancel)
    {
        lock (_gate)
        {
            Throw();
            if (_containers.Values.Any(c => c.Name == spec.Name))
            {
                throw new EngineException(EngineFault.Conflict, $"Conflict. The container name \"/{spec.Name}\" is already in use by container \"x\".");
            }
            var id = $"{++_created:x64}";
            _specs[id] = spec;
            _containers[id] = new()
            {
                Id = id,
                Name = spec.Name,
                Hostname = spec.Hostname,
                ImageId = _images.TryGetValue(spec.Image, out var image) ? image.Id : throw new EngineException(EngineFault.Gone, $"No such image: {spec.Image}"),
                Labels = spec.Labels.ToImmutableDictionary(),
                Running = false,
                Endpoints = spec.Endpoint is { } endpoint
                    ? ImmutableDictionary<string, EndpointSpec>.Empty.Add(spec.NetworkMode, endpoint)
                    : ImmutableDictionary<string, EndpointSpec>.Empty,
                Volumes = [.. spec.Binds.Where(b => !b.StartsWith('/')).Select(b => new VolumeUse(b.Split(':')[0], b.Split(':')[1]))],
                MemoryLimitBytes = spec.MemoryBytes,
            };
            _changes.Add($"create {spec.Name}");
            return Task.FromResult(id);
        }
    }

    public Task StartContainerAsync(string id, CancellationToken cancel)
    {
        lock (_gate)
        {
            Throw();
            var container = _containers[id];
            _changes.Add($"start {container.Name}");
            if (StartFails(_specs[id]) is { } error)
            {
                _containers[id] = container with { EngineError = error };
                throw new EngineException(EngineFault.Refused, error);
            }
            _containers[id] = container with { Running = true, Pid = 1_000 + _created, StartedAt = time.GetUtcNow(), EngineError = null };
            Happened("start", id);
            if (_specs[id].Labels.GetValueOrDefault(Labels.ContainerType) == Labels.TypeHook)
            {
                End(_containers[id], _specs[id].Command.Contains("exit 7") ? 7 : 0);
            }
            return Task.CompletedTask;
        }
    }

    public Task StopContainerAsync(string id, TimeSpan grace, CancellationToken cancel)
    {
        lock (_gate)
        {
            Throw();
            _changes.Add($"stop {_containers[id].Name}");
            End(_containers[id], 143);
            return Task.CompletedTask;
        }
    }

    public Task RemoveContainerAsync(string id, bool withAnonymousVolumes, CancellationToken cancel)
    {
        lock (_gate)
        {
            Throw();
            if (_containers.Remove(id, out var container))
            {
                _changes.Add($"remove {container.Name}");
                Happened("destroy", id);
            }
            return Task.CompletedTask;
        }
    }

    public Task<long> WaitContainerAsync(string id, TimeSpan limit, CancellationToken cancel) => AnswerAsync(Container(id)!.ExitCode);

    public Task<ExecResult> ExecAsync(string id, ImmutableArray<string> command, TimeSpan limit, CancellationToken cancel)
    {
        lock (_gate)
        {
            _changes.Add($"exec {_containers[id].Name}: {command[^1]}");
            return AnswerAsync(new ExecResult(0, ""));
        }
    }

    public Task<string> TailAsync(string id, int lines, CancellationToken cancel) => AnswerAsync("last words");

    public Task<ImageInfo?> FindImageAsync(string reference, CancellationToken cancel)
    {
        lock (_gate)
        {
            return AnswerAsync(_images.GetValueOrDefault(reference));
        }
    }

    public async Task PullAsync(string reference, TimeSpan firstAnswer, IProgress<PullProgress> progress, CancellationToken cancel)
    {
        Throw();
        Pulls++;
        progress.Report(new(40));
        await DuringPull();
        var image = Registry(reference);
        lock (_gate)
        {
            _images[reference] = image;
        }
    }

    public Task<ImmutableArray<NetworkInfo>> ListNetworksAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            return AnswerAsync<ImmutableArray<NetworkInfo>>([.. _networks]);
        }
    }

    public Task CreateNetworkAsync(NetworkSpec spec, CancellationToken cancel)
    {
        lock (_gate)
        {
            Throw();
            _networks.Add(new(spec.Name, spec.Name, "bridge", [spec.Subnet], spec.Gateway, spec.Labels.ToImmutableDictionary(), spec.Options.ToImmutableDictionary()));
            _changes.Add($"network {spec.Name}");
            return Task.CompletedTask;
        }
    }

    public Task ConnectAsync(string network, string containerId, EndpointSpec endpoint, CancellationToken cancel)
    {
        lock (_gate)
        {
            Throw();
            var container = _containers[containerId];
            _containers[containerId] = container with { Endpoints = container.Endpoints.SetItem(network, endpoint) };
            _changes.Add($"connect {container.Name}");
            return Task.CompletedTask;
        }
    }

    public Task DisconnectAsync(string network, string containerId, CancellationToken cancel)
    {
        lock (_gate)
        {
            Throw();
            var container = _containers[containerId];
            _containers[containerId] = container with { Endpoints = container.Endpoints.Remove(network) };
            _changes.Add($"disconnect {container.Name}");
            return Task.CompletedTask;
        }
    }

    public Task<ImmutableArray<VolumeInfo>> ListVolumesAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            return AnswerAsync<ImmutableArray<VolumeInfo>>([.. _volumes.Values]);
        }
    }

    public Task<VolumeInfo?> FindVolumeAsync(string name, CancellationToken cancel)
    {
        lock (_gate)
        {
            return AnswerAsync(_volumes.GetValueOrDefault(name));
        }
    }

    public Task CreateVolumeAsync(VolumeInfo volume, CancellationToken cancel)
    {
        lock (_gate)
        {
            Throw();
            _volumes[volume.Name] = volume;
            _changes.Add($"volume {volume.Name}");
            return Task.CompletedTask;
        }
    }

    public async IAsyncEnumerable<EngineEvent> EventsAsync(Action subscribed, [EnumeratorCancellation] CancellationToken cancel)
    {
        var channel = Channel.CreateUnbounded<EngineEvent>();
        lock (_gate)
        {
            _listeners.Add(channel);
        }
        subscribed();
        await foreach (var happened in channel.Reader.ReadAllAsync(cancel))
        {
            yield return happened;
        }
    }

    private void End(ContainerInfo container, long exitCode)
    {
        lock (_gate)
        {
            _containers[container.Id] = container with { Running = false, Pid = 0, ExitCode = exitCode, FinishedAt = time.GetUtcNow() };
            Happened("die", container.Id);
        }
    }

    private void Happened(string action, string id)
    {
        var labels = _specs.TryGetValue(id, out var spec) ? spec.Labels.ToImmutableDictionary() : ImmutableDictionary<string, string>.Empty;
        foreach (var listener in _listeners)
        {
            listener.Writer.TryWrite(new(action, id, labels));
        }
    }

    private void Throw()
    {
        if (Away is { } away)
        {
            throw away;
        }
    }

    private Task<T> AnswerAsync<T>(T answer) => Away is { } away ? Task.FromException<T>(away) : Task.FromResult(answer);
}
