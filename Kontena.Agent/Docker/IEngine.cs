using System.Collections.Immutable;

namespace Kontena.Agent.Docker;

/// <summary>What the agent asks of a container engine. Every call ends: by an answer or by an <see cref="EngineException"/>.</summary>
internal interface IEngine
{
    Task PingAsync(CancellationToken cancel);

    Task<EngineInfo> InfoAsync(CancellationToken cancel);

    /// <summary>Every container, running or not, ours or foreign.</summary>
    Task<ImmutableArray<ContainerSummary>> ListContainersAsync(CancellationToken cancel);

    /// <returns>Null when there is none.</returns>
    Task<ContainerInfo?> FindContainerAsync(string idOrName, CancellationToken cancel);

    Task<string> CreateContainerAsync(ContainerSpec spec, CancellationToken cancel);

    Task StartContainerAsync(string id, CancellationToken cancel);

    /// <summary>Sends the stop signal, and the kill after <paramref name="grace"/>. Nothing happens to one that does not run.</summary>
    Task StopContainerAsync(string id, TimeSpan grace, CancellationToken cancel);

    /// <param name="withAnonymousVolumes">Also the volumes that the engine made up for it.</param>
    Task RemoveContainerAsync(string id, bool withAnonymousVolumes, CancellationToken cancel);

    /// <summary>Waits until the container ends and returns its exit code.</summary>
    Task<long> WaitContainerAsync(string id, TimeSpan limit, CancellationToken cancel);

    /// <summary>Runs a command in a running container and waits for its end.</summary>
    Task<ExecResult> ExecAsync(string id, ImmutableArray<string> command, TimeSpan limit, CancellationToken cancel);

    /// <summary>The last lines that a container wrote.</summary>
    Task<string> TailAsync(string id, int lines, CancellationToken cancel);

    /// <returns>Null when the engine has no such image.</returns>
    Task<ImageInfo?> FindImageAsync(string reference, CancellationToken cancel);

    /// <param name="firstAnswer">How long the registry may be silent at the beginning.</param>
    Task PullAsync(string reference, TimeSpan firstAnswer, IProgress<PullProgress> progress, CancellationToken cancel);

    Task<ImmutableArray<NetworkInfo>> ListNetworksAsync(CancellationToken cancel);

    Task CreateNetworkAsync(NetworkSpec spec, CancellationToken cancel);

    Task ConnectAsync(string network, string containerId, EndpointSpec endpoint, CancellationToken cancel);

    Task DisconnectAsync(string network, string containerId, CancellationToken cancel);

    Task<ImmutableArray<VolumeInfo>> ListVolumesAsync(CancellationToken cancel);

    /// <returns>Null when there is none.</returns>
    Task<VolumeInfo?> FindVolumeAsync(string name, CancellationToken cancel);

    Task CreateVolumeAsync(VolumeInfo volume, CancellationToken cancel);

    /// <summary>Container events from now on. Ends with an <see cref="EngineException"/> when the stream breaks.</summary>
    /// <param name="subscribed">Called when events can no longer be missed: list what exists after that.</param>
    IAsyncEnumerable<EngineEvent> EventsAsync(Action subscribed, CancellationToken cancel);
}

internal sealed record EngineInfo
{
    public required string Id { get; init; }

    public required string Version { get; init; }

    public string? OperatingSystem { get; init; }

    public string? Kernel { get; init; }

    public string? Architecture { get; init; }

    public int Cpus { get; init; }

    public long MemoryTotalBytes { get; init; }

    /// <summary>Where the engine keeps its data.</summary>
    public string RootFolder { get; init; } = "/var/lib/docker";

    public bool LiveRestore { get; init; }

    public ImmutableArray<string> VolumeDrivers { get; init; } = [];

    public ImmutableArray<string> LogDrivers { get; init; } = [];
}

internal sealed record PublishedPort(string Ip, int NodePort, int ContainerPort, string Protocol);

internal sealed record ContainerSummary
{
    public required string Id { get; init; }

    /// <summary>Without the engine's leading slash.</summary>
    public required string Name { get; init; }

    public required string Image { get; init; }

    public required bool Running { get; init; }

    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableArray<PublishedPort> Ports { get; init; } = [];

    public ImmutableArray<VolumeUse> Volumes { get; init; } = [];

    /// <summary>By network name.</summary>
    public ImmutableDictionary<string, EndpointSpec> Endpoints { get; init; } = ImmutableDictionary<string, EndpointSpec>.Empty;
}

/// <param name="Name">Of the volume on the engine.</param>
internal sealed record VolumeUse(string Name, string Path);

internal sealed record ContainerInfo
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public string? Hostname { get; init; }

    public required string ImageId { get; init; }

    public required ImmutableDictionary<string, string> Labels { get; init; }

    public required bool Running { get; init; }

    public bool Paused { get; init; }

    /// <summary>0 while it does not run.</summary>
    public int Pid { get; init; }

    public long ExitCode { get; init; }

    public bool OutOfMemory { get; init; }

    /// <summary>Why the engine could not start it; null when it could or did not try.</summary>
    public string? EngineError { get; init; }

    /// <summary>Null before the first start.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Null before the first end.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The image's own health check: <c>starting</c>, <c>healthy</c>, <c>unhealthy</c>; null when it has none.</summary>
    public string? Health { get; init; }

    public long MemoryLimitBytes { get; init; }

    public string LogDriver { get; init; } = "json-file";

    public bool Tty { get; init; }

    public ImmutableDictionary<string, EndpointSpec> Endpoints { get; init; } = ImmutableDictionary<string, EndpointSpec>.Empty;

    public ImmutableArray<VolumeUse> Volumes { get; init; } = [];
}

/// <param name="Address">The address that was asked for, else the one in use; null when neither is known.</param>
internal sealed record EndpointSpec(ImmutableArray<string> Aliases, string? Address);

/// <summary>Everything that a container is created from.</summary>
/// <remarks>The members before <see cref="Labels"/> are what <c>io.kontena.spec.hash</c> is taken over; see <c>SpecHash</c>.</remarks>
internal sealed record ContainerSpec
{
    public required string Name { get; init; }

    public required string Image { get; init; }

    public string? Hostname { get; init; }

    public string? Domain { get; init; }

    /// <summary>Empty: the image's own.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>Empty: the image's own.</summary>
    public ImmutableArray<string> Entrypoint { get; init; } = [];

    /// <summary><c>NAME=value</c>.</summary>
    public ImmutableArray<string> Environment { get; init; } = [];

    public string? User { get; init; }

    public ImmutableArray<PublishedPort> Ports { get; init; } = [];

    /// <summary><c>SOURCE:PATH[:FLAGS]</c>; the source is a host path or a volume's name.</summary>
    public ImmutableArray<string> Binds { get; init; } = [];

    /// <summary>Paths for which the engine makes up a volume.</summary>
    public ImmutableArray<string> AnonymousVolumes { get; init; } = [];

    public ImmutableArray<string> VolumesFrom { get; init; } = [];

    public ImmutableArray<string> CapAdd { get; init; } = [];

    public ImmutableArray<string> CapDrop { get; init; } = [];

    public bool Privileged { get; init; }

    public bool ReadOnly { get; init; }

    /// <summary>A network's name, <c>host</c>, or <c>container:NAME</c>.</summary>
    public required string NetworkMode { get; init; }

    public string? PidMode { get; init; }

    public ImmutableArray<string> DnsSearch { get; init; } = [];

    public ImmutableArray<string> DnsOptions { get; init; } = [];

    /// <summary>Microseconds of CPU time in each 100,000; 0 is unlimited.</summary>
    public long CpuQuota { get; init; }

    public int CpuShares { get; init; }

    public long MemoryBytes { get; init; }

    public long MemorySwapBytes { get; init; }

    public long ShmSizeBytes { get; init; }

    public string? LogDriver { get; init; }

    public ImmutableSortedDictionary<string, string> LogOptions { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public string? StopSignal { get; init; }

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Null when it has no network of its own.</summary>
    public EndpointSpec? Endpoint { get; init; }
}

/// <param name="Output">The end of what the command wrote, at most 4 KiB.</param>
internal sealed record ExecResult(long ExitCode, string Output);

internal sealed record ImageInfo(string Id, DateTimeOffset? CreatedAt, ImmutableArray<string> VolumePaths);

/// <param name="Percent">Of the bytes known so far; null when none are known.</param>
internal readonly record struct PullProgress(int? Percent);

/// <param name="Subnets">In CIDR notation.</param>
internal sealed record NetworkInfo(
    string Id, string Name, string Driver, ImmutableArray<string> Subnets, string? Gateway,
    ImmutableDictionary<string, string> Labels, ImmutableDictionary<string, string> Options);

/// <param name="Range">The part of the subnet from which the engine picks addresses by itself.</param>
internal sealed record NetworkSpec(
    string Name, string Subnet, string Range, string Gateway,
    ImmutableSortedDictionary<string, string> Options, ImmutableSortedDictionary<string, string> Labels);

internal sealed record VolumeInfo(
    string Name, string Driver, ImmutableSortedDictionary<string, string> Options, ImmutableSortedDictionary<string, string> Labels);

/// <param name="Action"><c>start</c>, <c>die</c>, <c>destroy</c>, <c>oom</c>, <c>health_status: healthy</c> …</param>
internal sealed record EngineEvent(string Action, string ContainerId, ImmutableDictionary<string, string> Labels);
