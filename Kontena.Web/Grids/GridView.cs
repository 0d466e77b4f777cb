using System.Collections.Immutable;
using Kontena.Core.Deploys;
using Kontena.Core.Protocol;
using Kontena.Core.Services;
using Kontena.Web.Ui;

namespace Kontena.Web.Grids;

/// <summary>What pages show of a grid: one immutable picture, shared by all who look.</summary>
/// <param name="AsOf">When the master read it.</param>
public sealed record GridView(
    Guid Id, string Name, DateTimeOffset AsOf, ImmutableArray<NodeView> Nodes, ImmutableArray<StackView> Stacks, ImmutableArray<ServiceView> Services,
    ImmutableArray<DeployView> Deploys, ImmutableArray<StackDeployView> StackDeploys, ImmutableArray<VolumeView> Volumes, ImmutableArray<EventView> Latest)
{
    public ServiceView? Service(string stack, string service) => Services.FirstOrDefault(s => s.Stack == stack && s.Name == service);

    public StackView? Stack(string stack) => Stacks.FirstOrDefault(s => s.Name == stack);

    public NodeView? Node(string node) => Nodes.FirstOrDefault(n => n.Name == node);

    public NodeView? Node(Guid? id) => id is null ? null : Nodes.FirstOrDefault(n => n.Id == id);

    public IEnumerable<InstanceView> InstancesOn(Guid node) => Services.SelectMany(s => s.Instances).Where(i => i.NodeId == node);
}

/// <param name="Status"><c>Created</c>, <c>Offline</c>, <c>Connecting</c>, <c>Drain</c> or <c>Online</c>.</param>
/// <param name="Zone">The value of the label <c>az</c>; <c>default</c> without one.</param>
/// <param name="Ending">Containers that still have to end there.</param>
public sealed record NodeView(
    Guid Id, int Number, string Name, string Status, ImmutableArray<string> Labels, string Zone, DateTimeOffset? ConnectedAt, DateTimeOffset? LastSeenAt,
    string? AgentVersion, string? EngineProblem, NodeFacts? Facts, int Ending)
{
    public bool Online => Status is "Online" or "Drain";

    /// <summary>A node speaks with the same cells as an instance.</summary>
    public CellState Cell => Status switch
    {
        _ when EngineProblem is not null => CellState.Unhealthy,
        "Online" => CellState.Running,
        "Connecting" => CellState.Starting,
        "Drain" => CellState.Stopped,
        _ => CellState.Unknown,
    };
}

/// <param name="State">Derived: <c>initialized</c>, <c>deploying</c>, <c>stopped</c>, <c>running</c> or <c>partially_running</c>.</param>
public sealed record StackView(
    Guid Id, string Name, int LatestRevision, int? DeployedRevision, string State, ImmutableArray<ServiceView> Services, DateTimeOffset ChangedAt, string ChangedBy);

public sealed record ServiceView(
    Guid Id, Guid StackId, string Stack, string Name, string State, int Wanted, int Revision, ServiceSpec Spec, DateTimeOffset? DeployedAt,
    ImmutableArray<InstanceView> Instances, DeployView? OpenDeploy, string? Problem)
{
    public string Path => $"{Stack}/{Name}";

    public CellState Worst => Instances.IsEmpty
        ? State == "Stopped" || Wanted == 0 ? CellState.Stopped : CellState.NoNode
        : Instances.Select(i => i.Cell).MaxBy(c => c.Severity());

    public int Running => Instances.Count(i => i.Cell is CellState.Running or CellState.Settling);
}

/// <summary>One instance, or a number that is wanted and has no row yet (then <see cref="Id"/> is null).</summary>
/// <param name="Watched">Share of the watch window that it has been ready, 0–1.</param>
/// <param name="Why">Why it is on its node.</param>
public sealed record InstanceView(
    Guid? Id, Guid ServiceId, string Stack, string Service, int Number, Guid? NodeId, string? Node, CellState Cell, double Watched, string? Error, string? Warning, string? Doing,
    string? ContainerId, string? Address, DateTimeOffset? StartedAt, int Restarts, long? ExitCode, int Revision, string? Why)
{
    /// <summary><c>web-2</c>.</summary>
    public string Name => $"{Service}-{Number}";
}

public sealed record DeployView(
    Guid Id, int Number, Guid ServiceId, string Stack, string Service, Guid? StackDeployId, DeployState State, string? Reason, int Revision, int? FromRevision,
    string RequestedBy, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt)
{
    public bool Open => State is DeployState.Created or DeployState.Ongoing;
}

public sealed record StackDeployView(
    Guid Id, int Number, Guid StackId, string Stack, DeployState State, string? Reason, int Revision, int? FromRevision, string RequestedBy,
    DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt)
{
    public bool Open => State is DeployState.Created or DeployState.Ongoing;
}

/// <param name="State"><c>Ready</c>, <c>InUse</c>, <c>Detached</c> or <c>Missing</c>.</param>
public sealed record VolumeView(
    Guid Id, string DockerName, string Node, string Driver, string Scope, string Stack, string? Service, int? Number, string? Path, string? Source, string State,
    long? SizeBytes, DateTimeOffset CreatedAt, DateTimeOffset LastSeenAt);

/// <param name="Level"><c>info</c>, <c>good</c>, <c>warn</c> or <c>crit</c>.</param>
public sealed record EventView(
    long Id, DateTimeOffset At, string ActorKind, string ActorName, string Kind, string Subject, string Summary, string? Before, string? After, string Level)
{
    public CellState Cell => Level switch
    {
        "good" => CellState.Running,
        "warn" => CellState.Unhealthy,
        "crit" => CellState.Restarting,
        _ => CellState.Stopped,
    };
}
