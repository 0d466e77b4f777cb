using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Kontena.Core.Nodes;

namespace Kontena.Core.Scheduling;

/// <summary>Turns "no node" into the message that an operator reads.</summary>
internal static class PlanErrors
{
    private const int MaxLength = 4_000;

    public static PlanError Of(PlacementRequest request, Candidates candidates)
    {
        if (request.Spec.Stateful && request.CurrentNode is { } home
            && candidates.Error is not (FilterCode.NoNodes or FilterCode.AffinityInvalid)
            && request.Grid.Nodes.FirstOrDefault(node => node.Id == home) is { } node)
        {
            return Pinned(request, candidates, node);
        }
        var code = candidates.Error ?? FilterCode.NoNodes;
        var rejected = InOrder(request, candidates.Rejected);
        var message = (code, rejected.IsEmpty) switch
        {
            (FilterCode.NoNodes, true) => $"No node can run {request.Name}: the grid has no nodes. Add one.",
            (FilterCode.NoNodes, false) => $"No node can run {request.Name}: none is connected: {List(rejected)}.",
            _ => $"No node can run {request.Name}: {List(rejected)}.",
        };
        return new PlanError(request.Number, code, message, rejected);
    }

    /// <summary>Other nodes are no choice, so the one with the data comes first.</summary>
    private static PlanError Pinned(PlacementRequest request, Candidates candidates, NodeSnapshot home)
    {
        var reason = candidates.Rejected.FirstOrDefault(r => r.NodeId == home.Id)?.Reason ?? "cannot take it";
        var rejected = InOrder(request, [.. request.Grid.Nodes.Select(node => node.Id == home.Id
            ? new NodeRejection(node.Id, node.Name, FilterCode.PinnedNodeUnavailable, reason)
            : candidates.Rejected.FirstOrDefault(r => r.NodeId == node.Id)
                ?? new NodeRejection(node.Id, node.Name, FilterCode.PinnedNodeUnavailable, $"does not hold the data of {request.Name}"))]);
        var others = rejected.Where(r => r.NodeId != home.Id).ToImmutableArray();
        return new PlanError(request.Number, FilterCode.PinnedNodeUnavailable,
            $"No node can run {request.Name}: its data is on {home.Name}, which {reason}{(others.IsEmpty ? "" : $"; {List(others)}")}.", rejected);
    }

    /// <summary>Every node, as long as a person could read it: the rest of a big grid stands in <see cref="PlanError.Rejected"/>.</summary>
    private static string List(ImmutableArray<NodeRejection> rejected)
    {
        var text = new StringBuilder();
        for (var i = 0; i < rejected.Length; i++)
        {
            if (text.Length > MaxLength)
            {
                return text.Append(CultureInfo.InvariantCulture, $"; and {rejected.Length - i} more nodes").ToString();
            }
            text.Append(i == 0 ? "" : "; ").Append(rejected[i].Node).Append(' ').Append(rejected[i].Reason);
        }
        return text.ToString();
    }

    private static ImmutableArray<NodeRejection> InOrder(PlacementRequest request, ImmutableArray<NodeRejection> rejected)
    {
        var numbers = request.Grid.Nodes.ToDictionary(node => node.Id, node => node.Number);
        return [.. rejected.OrderBy(r => numbers[r.NodeId])];
    }
}
