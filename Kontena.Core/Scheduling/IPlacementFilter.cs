using Kontena.Core.Nodes;

namespace Kontena.Core.Scheduling;

/// <summary>
/// Maps the possible nodes to those that suit an instance. A set to a set, because "prefer" and soft rules cannot be said
/// about one node alone.
/// </summary>
public interface IPlacementFilter
{
    Candidates Narrow(PlacementRequest request, Candidates nodes);
}

/// <summary>Chooses among the nodes that passed every filter.</summary>
public interface IPlacementStrategy
{
    /// <summary>As in <c>deploy.strategy</c>.</summary>
    string Name { get; }

    /// <param name="nodes">At least one.</param>
    Choice Choose(PlacementRequest request, Candidates nodes);
}

/// <param name="Why">One sentence for the operator.</param>
public readonly record struct Choice(NodeSnapshot Node, string Why);
