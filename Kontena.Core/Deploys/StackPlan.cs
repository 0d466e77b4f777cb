using System.Collections.Immutable;
using Kontena.Core.Scheduling;
using Kontena.Core.Services;

namespace Kontena.Core.Deploys;

public enum DeployedState
{
    /// <summary>Saved, never deployed.</summary>
    Initialized,
    Running,
    Stopped,
}

/// <summary>A service of the stack as it is now.</summary>
/// <param name="Spec">As deployed, with volume names as in the stack file.</param>
/// <param name="Instances">Wanted now, after any scaling.</param>
public sealed record DeployedService(Guid Id, ServiceSpec Spec, int Instances, DeployedState State);

/// <summary>What a deploy of a stack would do if nothing changed meanwhile.</summary>
/// <param name="Services">In the order in which they are deployed; removed ones first, because they go first.</param>
/// <param name="Nodes">Every node of the grid, by number.</param>
/// <param name="Error">Why the deploy would be refused; null when every instance has a node.</param>
/// <param name="Fingerprint">Equal as long as a deploy would do the same; another one means: show the plan again.</param>
public sealed record StackPlan(
    string Stack, ImmutableArray<ServiceChange> Services, ImmutableArray<NodeChange> Nodes, PlanFigures Figures,
    ImmutableArray<PlanWarning> Warnings, string? Error, string Fingerprint)
{
    /// <summary>Nothing would happen but a look at the images.</summary>
    public bool ChangesNothing => Services.All(s => s.Kind is ServiceChangeKind.Unchanged);
}

public enum ServiceChangeKind
{
    Created,

    /// <summary>Its spec differs; <see cref="ServiceChange.Recreates"/> tells whether containers are replaced.</summary>
    Changed,

    /// <summary>Only the number of instances differs.</summary>
    Scaled,

    /// <summary>It stays what it is; some instances go to other nodes, are started again, or catch up with a deploy that failed.</summary>
    Moved,
    Unchanged,
    Removed,
}

/// <param name="Id">Of the service; for a new one an id of this plan only.</param>
/// <param name="Fields">What differs from the spec as deployed; empty for a new service.</param>
/// <param name="Recreates">Containers that stay are replaced because of <paramref name="Fields"/>.</param>
/// <param name="InstancesBefore">Rows that there are now.</param>
/// <param name="InstancesAfter">On all nodes together.</param>
/// <param name="Instances">By number; those that go included.</param>
/// <param name="StaysUp">How many instances the deploy keeps available throughout.</param>
/// <param name="AtOnce">How many it replaces at once at most.</param>
/// <param name="Error">The first instance without a node; null when each has one.</param>
public sealed record ServiceChange(
    Guid Id, string Name, ServiceChangeKind Kind, bool Stateful, ImmutableArray<FieldChange> Fields, bool Recreates,
    int InstancesBefore, int InstancesAfter, ImmutableArray<InstanceChange> Instances, int StaysUp, int AtOnce, PlanError? Error);

public enum InstanceChangeKind
{
    Created,

    /// <summary>Its container is replaced on the same node.</summary>
    Recreated,
    Moved,

    /// <summary>Its service was stopped; the container it has starts again.</summary>
    Started,
    Unchanged,
    Removed,

    /// <summary>No node fits.</summary>
    NoNode,
}

/// <param name="From">Null for a new one, or when its node was removed from the grid.</param>
/// <param name="To">Null when it goes, or when no node fits.</param>
/// <param name="Why">One sentence about the choice of the node, or about its absence.</param>
/// <param name="Rejected">The nodes that were not candidates.</param>
public sealed record InstanceChange(
    int Number, InstanceChangeKind Kind, PlanNode? From, PlanNode? To, string Why, ImmutableArray<NodeRejection> Rejected);

public sealed record PlanNode(Guid Id, string Name);

/// <param name="Before">Instances of this stack on the node now, as <c>SERVICE-N</c>.</param>
/// <param name="MemoryTotalBytes">Null when unknown.</param>
/// <param name="UsedBeforeBytes">What programs use, without caches; null when there are no statistics.</param>
/// <param name="UsedAfterBytes">With what comes and goes, by peak or limit where either is known; null when there are no statistics.</param>
public sealed record NodeChange(
    Guid Id, string Name, string Zone, bool Connected, ImmutableArray<string> Before, ImmutableArray<string> After,
    long? MemoryTotalBytes, long? UsedBeforeBytes, long? UsedAfterBytes);

/// <summary>Numbers of instances.</summary>
public sealed record PlanFigures(int Created, int Recreated, int Moved, int Started, int Removed, int Unchanged, int WithoutNode);

/// <param name="Service">Null when it concerns the whole stack.</param>
/// <param name="Code">
/// Stable, snake case: <c>interruption</c>, <c>data_stays</c>, <c>data_left_behind</c>, <c>starts_empty</c>, <c>starts_again</c>,
/// <c>port_taken</c>, <c>one_zone</c>, <c>leaves_offline_node</c>.
/// </param>
/// <param name="Message">One or two sentences.</param>
public sealed record PlanWarning(string? Service, string Code, string Message);
