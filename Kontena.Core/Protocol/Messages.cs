using System.Collections.Immutable;
using Kontena.Core.Services;

namespace Kontena.Core.Protocol;

/// <summary>A host asks to join a grid.</summary>
/// <param name="JoinToken">Made by "Add node".</param>
/// <param name="Name">The host name, <c>[a-z0-9]([a-z0-9.-]*[a-z0-9])?</c>, at most 63 characters.</param>
/// <param name="EngineId">The engine's own id.</param>
public sealed record EnrolRequest(string JoinToken, string Name, string EngineId, ImmutableArray<string> Labels, int Protocol)
{
    public ImmutableArray<string> Labels { get; init => field = value.OrEmpty(); } = Labels.OrEmpty();
}

/// <param name="Credential">Shown once; the master keeps only its hash.</param>
/// <param name="Name">The name that the node got: a taken one gets <c>-NUMBER</c> appended.</param>
/// <param name="ProofKey">Base64; keys the <c>io.kontena.proof</c> labels of this node's containers and volumes.</param>
public sealed record EnrolAnswer(Guid NodeId, string Credential, string Name, string Grid, string ProofKey);

/// <param name="Code">Snake case: <c>bad_token</c>, <c>protocol</c>, <c>removed</c>, <c>superseded</c> …</param>
/// <param name="Message">For the person who reads the agent's log.</param>
public sealed record ProtocolRefusal(string Code, string Message);

/// <param name="ClockUtc">The agent's clock, so that the master can flag a wrong one. Nothing is ordered by it.</param>
public sealed record Hello(int Protocol, string AgentVersion, string EngineId, DateTimeOffset ClockUtc);

/// <param name="Refusal">Null when the agent is admitted; everything else is meaningless when it is not.</param>
/// <param name="DataGeneration">Identity of the database's history; changes when an older one was restored.</param>
public sealed record Welcome(
    ProtocolRefusal? Refusal, Guid GridId, string Grid, Guid NodeId, string NodeName, int NodeNumber, Guid DataGeneration)
{
    public static Welcome Refused(ProtocolRefusal refusal) => new(refusal, default, "", default, "", 0, default);
}

/// <summary>Everything that should be on one node. Always the whole list.</summary>
public sealed record DesiredSet
{
    public required Guid GridId { get; init; }

    public required string Grid { get; init; }

    public required Guid DataGeneration { get; init; }

    /// <summary>Rises with each change for this node.</summary>
    public required long Generation { get; init; }

    /// <summary>The caller is up to date; <see cref="Instances"/> is empty and means nothing.</summary>
    public bool Unchanged { get; init; }

    /// <summary>
    /// A person confirmed that this list may end what it does not name, and that its data generation is the right one. Without it the
    /// agent's guard applies a suspicious list only as far as it starts something; see <see cref="Heartbeat.GuardEngaged"/>.
    /// </summary>
    public bool EndingsConfirmed { get; init; }

    public required NetworkOrder Network { get; init; }

    public required ImmutableArray<InstanceOrder> Instances { get; init => field = value.OrEmpty(); }
}

/// <summary>The grid's network on this node.</summary>
/// <param name="Name">Of the engine's bridge network.</param>
/// <param name="Subnet">The node's own part of the grid's subnet, <c>10.81.N.0/24</c>.</param>
/// <param name="Gateway"><c>10.81.N.1</c>.</param>
/// <param name="Mtu">The same with and without a tunnel, so that adding a second node recreates nothing.</param>
public sealed record NetworkOrder(string Name, string Subnet, string Gateway, int Mtu);

public enum DesiredState
{
    Running,
    Stopped,

    /// <summary>A tombstone: end the container, keep its data, confirm; then the row goes.</summary>
    Terminated,
}

/// <summary>What one instance should be on this node. Applying it twice is applying it once.</summary>
public sealed record InstanceOrder
{
    public required Guid InstanceId { get; init; }

    public required Guid ServiceId { get; init; }

    /// <summary><c>null</c> for the default stack.</summary>
    public required string Stack { get; init; }

    public required int Number { get; init; }

    /// <summary>Rises when the instance's node changes; an older one is an outcast.</summary>
    public required long Epoch { get; init; }

    public required long DeployRev { get; init; }

    /// <summary>Of the service's spec; a container of an older one is outdated.</summary>
    public required int Revision { get; init; }

    public required DesiredState Desired { get; init; }

    public required ServiceSpec Spec { get; init; }

    /// <summary>Rises with each restart that a person asked for.</summary>
    public long RestartSequence { get; init; }

    /// <summary>The restart sequence that the agent last reported as done.</summary>
    public long RestartDone { get; init; }

    /// <summary>The stack answers under its own name through this service.</summary>
    public bool Exposed { get; init; }

    /// <summary>Further names within the stack, from the links of its other services.</summary>
    public ImmutableArray<string> LinkAliases { get; init => field = value.OrEmpty(); } = [];

    /// <summary>One for each named mount of the spec.</summary>
    public ImmutableArray<VolumeOrder> Volumes { get; init => field = value.OrEmpty(); } = [];

    /// <summary>Volumes that hold this instance's data on this node. If one is missing the instance must not start with an empty one.</summary>
    public ImmutableArray<KnownVolume> KnownVolumes { get; init => field = value.OrEmpty(); } = [];

    /// <summary>Names of one-shot hooks that are done for this number.</summary>
    public ImmutableArray<string> OneshotsDone { get; init => field = value.OrEmpty(); } = [];
}

/// <param name="Source">The name in the spec's mounts.</param>
/// <param name="DockerName">The volume's name on the engine.</param>
public sealed record VolumeOrder(
    string Source, string DockerName, string Driver, ImmutableSortedDictionary<string, string> DriverOptions, string Scope)
{
    public ImmutableSortedDictionary<string, string> DriverOptions { get; init => field = value ?? field; } =
        DriverOptions ?? ImmutableSortedDictionary<string, string>.Empty;
}

/// <param name="Uid">The value of its <c>io.kontena.volume.uid</c> label.</param>
public sealed record KnownVolume(Guid Uid, string DockerName, string Path);

public enum InstanceState
{
    /// <summary>Nothing reported yet.</summary>
    Initialized,

    /// <summary>There is no container.</summary>
    Missing,

    /// <summary>Being brought up: pulling, creating, hooks, first start. <see cref="InstanceReport.Doing"/> says what.</summary>
    Starting,
    Running,

    /// <summary>Down, waiting for the next try; <see cref="InstanceReport.Error"/> says why it ended.</summary>
    Restarting,
    Stopped,

    /// <summary>Ended by a tombstone; the row can go.</summary>
    Terminated,
}

/// <param name="Sequence">Rises with each message of this connection; an older one is dropped.</param>
public sealed record InstanceReports(long Sequence, ImmutableArray<InstanceReport> Instances)
{
    public ImmutableArray<InstanceReport> Instances { get; init => field = value.OrEmpty(); } = Instances.OrEmpty();
}

/// <summary>What an instance is, as its agent sees it.</summary>
public sealed record InstanceReport
{
    public required Guid InstanceId { get; init; }

    public required long Epoch { get; init; }

    /// <summary>The deploy_rev that this report is about.</summary>
    public required long DeployRev { get; init; }

    public required InstanceState State { get; init; }

    /// <summary>Running, and through wait_for_port and health check.</summary>
    public bool Ready { get; init; }

    /// <summary>Running, but its health check fails.</summary>
    public bool Unhealthy { get; init; }

    /// <summary>Why applying the order, or the container, failed; at most 2,000 characters. Null when nothing did.</summary>
    public string? Error { get; init; }

    /// <summary>Worth knowing, not a failure: "registry did not answer, the local image of 3 days ago is used".</summary>
    public string? Warning { get; init; }

    /// <summary>What is being done right now: "pulling redis:7, 40 %". Null when nothing is.</summary>
    public string? Doing { get; init; }

    public string? ContainerId { get; init; }

    /// <summary>On the grid's network.</summary>
    public string? Address { get; init; }

    /// <summary>When the container's process started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Since when it is ready without a break; null when it is not.</summary>
    public DateTimeOffset? ReadySince { get; init; }

    /// <summary>Crashes since the container was created.</summary>
    public int Restarts { get; init; }

    /// <summary>Null while it runs or before it ever did.</summary>
    public long? ExitCode { get; init; }

    /// <summary>Id of the image in use.</summary>
    public string? ImageId { get; init; }

    public long RestartDone { get; init; }

    public ImmutableArray<string> OneshotsDone { get; init => field = value.OrEmpty(); } = [];
}

/// <summary>What a host is and can do.</summary>
public sealed record NodeFacts
{
    public required string EngineVersion { get; init; }

    public string? OperatingSystem { get; init; }

    public string? Kernel { get; init; }

    public string? Architecture { get; init; }

    public decimal? Cpus { get; init; }

    public long? MemoryTotalBytes { get; init; }

    public string? PrivateAddress { get; init; }

    /// <summary>Of the file system that holds the engine's data; null when unknown.</summary>
    public long? DiskTotalBytes { get; init; }

    public DateTimeOffset? BootedAt { get; init; }

    public ImmutableArray<string> VolumeDrivers { get; init => field = value.OrEmpty(); } = [];

    /// <summary>Without it an engine restart ends every container.</summary>
    public bool LiveRestore { get; init; }

    public ImmutableArray<HostContainer> Containers { get; init => field = value.OrEmpty(); } = [];

    /// <summary>Host ports published by containers that are not ours.</summary>
    public ImmutableArray<HostPort> ForeignPorts { get; init => field = value.OrEmpty(); } = [];
}

/// <param name="Service">Null unless the container is proven ours; likewise the others.</param>
public sealed record HostContainer(string Id, string Name, string Image, string? Stack, string? Service, int? Number);

public sealed record HostPort(string Ip, int Port, string Protocol);

public sealed record VolumeInventory(ImmutableArray<VolumeFact> Volumes)
{
    public ImmutableArray<VolumeFact> Volumes { get; init => field = value.OrEmpty(); } = Volumes.OrEmpty();
}

/// <summary>One managed volume on the engine.</summary>
/// <param name="Path">Mount path for the volume of a stateful instance; null for a named one.</param>
/// <param name="Source">Name in the spec for a named volume; null for one of a path.</param>
/// <param name="Number">Null unless it belongs to one instance.</param>
/// <param name="InUse">A container, running or not, references it.</param>
/// <param name="SizeBytes">Null when the engine was not asked.</param>
public sealed record VolumeFact(
    Guid Uid, string DockerName, string Driver, Guid? ServiceId, string Stack, string? Service, int? Number,
    string? Path, string? Source, string Scope, bool InUse, long? SizeBytes);

/// <param name="Sequence">Rises with each beat of this connection.</param>
/// <param name="Generation">Of the desired set that the agent applied last.</param>
/// <param name="QueuedReports">Reports that wait for the master's acknowledgement.</param>
/// <param name="QueuedBlocks">Telemetry blocks that wait for it.</param>
/// <param name="LinesDropped">Log lines lost on this node since the agent started; each loss is also a marker in its log.</param>
/// <param name="EngineProblem">Why the engine does not answer; null when it does.</param>
/// <param name="GuardEngaged">Why the agent does not end what the list no longer names; null when it applies the list whole.</param>
public sealed record Heartbeat(
    long Sequence, long Generation, int QueuedReports, int QueuedBlocks, long LinesDropped, string? EngineProblem, string? GuardEngaged = null);
