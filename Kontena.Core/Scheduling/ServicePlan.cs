using System.Collections.Immutable;

namespace Kontena.Core.Scheduling;

/// <summary>Which filter rejected a node, or which rule ended a plan.</summary>
/// <remarks>docs/scheduling.md.</remarks>
public enum FilterCode
{
    NoNodes,
    Availability,
    Ephemeral,
    VolumeDriver,
    VolumePinned,
    Affinity,
    AffinityInvalid,
    Port,
    Cpu,
    Memory,
    Reservation,
    DependencyVolumesFrom,
    DependencyNet,
    PinnedNodeUnavailable,
}

/// <summary>Where every instance of one service should be.</summary>
/// <param name="Count">How many instances the service should have.</param>
/// <param name="Placements">By number, ascending. Ends before the number named in <paramref name="Error"/>.</param>
/// <param name="Removed">Numbers of rows above the count, descending.</param>
/// <param name="Skipped">Numbers of a stateful daemon whose node is away; neither placed nor removed.</param>
/// <param name="Error">The first number for which there is no node; null when every one has its place.</param>
public sealed record ServicePlan(
    int Count, ImmutableArray<Placement> Placements, ImmutableArray<int> Removed, ImmutableArray<int> Skipped, PlanError? Error)
{
    /// <summary>Plans are stored: ten thousand instances must not each keep two hundred reasons.</summary>
    internal const int MaxRejections = 5_000;

    /// <summary>The plan without the reasons of the placements that are beyond <see cref="MaxRejections"/>.</summary>
    internal ServicePlan Bounded()
    {
        var left = MaxRejections;
        return this with { Placements = [.. Placements.Select(p => (left -= p.Rejected.Length) >= 0 ? p : p with { Rejected = [] })] };
    }
}

/// <param name="From">The node of the existing row; null for a new one.</param>
/// <param name="Why">One sentence: why this node.</param>
/// <param name="Rejected">
/// The nodes that were not candidates, each with its reason. In plans of very many instances only the first ones have it;
/// <see cref="Planner.CandidatesFor"/> tells for any other.
/// </param>
public sealed record Placement(int Number, Guid NodeId, Guid? From, string Why, ImmutableArray<NodeRejection> Rejected);

/// <param name="Reason">Completes "NODE …": <c>has 64 MiB free, 512 MiB needed</c>.</param>
public sealed record NodeRejection(Guid NodeId, string Node, FilterCode Code, string Reason);

/// <param name="Message">Names the instance, and every node with its reason.</param>
public sealed record PlanError(int Number, FilterCode Code, string Message, ImmutableArray<NodeRejection> Rejected);
