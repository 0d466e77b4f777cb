using System.Collections.Immutable;
using Kontena.Core.Nodes;
using Kontena.Core.Services;

namespace Kontena.Core.Scheduling;

/// <summary>One service as the planner sees it, with its instance rows.</summary>
public sealed record ServiceSnapshot
{
    public required Guid Id { get; init; }

    /// <summary><c>null</c> for the default stack.</summary>
    public required string Stack { get; init; }

    public required ServiceSpec Spec { get; init; }

    /// <summary>Instances wanted; per node for <c>daemon</c>. Wins over the spec's own number.</summary>
    public required int Instances { get; init; }

    public ImmutableArray<InstanceRow> Rows { get; init; } = [];

    /// <summary>Highest memory use of any container of the service in the last hour; null when unknown.</summary>
    public long? PeakMemoryBytes { get; init; }

    /// <summary>Raised by each deploy; seeds the strategy <c>random</c>.</summary>
    public long DeployRev { get; init; }

    public string Name => Spec.Name;
}

/// <param name="NodeId">Null: its node was removed, or it was never placed.</param>
/// <param name="Outdated">Its container is not made of the service's present spec: a deploy did not come that far.</param>
public sealed record InstanceRow(int Number, Guid? NodeId, bool Outdated = false);

/// <summary>A volume of the grid, as far as placement cares.</summary>
/// <param name="Scope"><c>instance</c>, <c>stack</c> or <c>grid</c>.</param>
/// <param name="Require">The data pins the instance to the node that holds it.</param>
public sealed record VolumeSnapshot(string Name, string Scope, string Driver, bool Require);

/// <summary>Everything a plan may depend on.</summary>
public sealed record GridSnapshot
{
    public required string Grid { get; init; }

    public ImmutableArray<string> DefaultAffinity { get; init; } = [];

    public required ImmutableArray<NodeSnapshot> Nodes { get; init; }

    /// <summary>Every service of the grid, the planned one included.</summary>
    public required ImmutableArray<ServiceSnapshot> Services { get; init; }

    public ImmutableArray<VolumeSnapshot> Volumes { get; init; } = [];
}
