using System.Collections.Immutable;
using Kontena.Core.Nodes;

namespace Kontena.Core.Scheduling;

/// <summary>The nodes that are still possible for an instance, by number, and why the others are not.</summary>
/// <param name="Error">What emptied the set; null as long as there is a node.</param>
public sealed record Candidates(ImmutableArray<NodeSnapshot> Nodes, ImmutableArray<NodeRejection> Rejected, FilterCode? Error)
{
    public bool IsEmpty => Nodes.IsEmpty;

    /// <summary>Connected nodes; those that are away are rejected from the start, so that they appear among the reasons.</summary>
    public static Candidates Of(ImmutableArray<NodeSnapshot> nodes) => new Candidates(
        [.. nodes.OrderBy(node => node.Number)], [], null).Keep(FilterCode.NoNodes, node => node.Connected, NodeReasons.Away);

    /// <param name="code">The error if nothing is left.</param>
    /// <param name="reason">Completes "NODE …" for a node that is dropped.</param>
    public Candidates Keep(FilterCode code, Func<NodeSnapshot, bool> keep, Func<NodeSnapshot, string> reason)
    {
        var (kept, dropped) = (ImmutableArray.CreateBuilder<NodeSnapshot>(Nodes.Length), Rejected.ToBuilder());
        foreach (var node in Nodes)
        {
            if (keep(node))
            {
                kept.Add(node);
            }
            else
            {
                dropped.Add(new NodeRejection(node.Id, node.Name, code, reason(node)));
            }
        }
        return kept.Count == Nodes.Length ? this : new Candidates(kept.ToImmutable(), dropped.ToImmutable(), kept.Count == 0 ? code : Error);
    }

    /// <summary>Drops every node for a reason that has nothing to do with any of them.</summary>
    public Candidates Fail(FilterCode code, string reason) => Keep(code, _ => false, _ => reason) with { Error = code };
}

/// <summary>Words for the state of a node.</summary>
internal static class NodeReasons
{
    public static string Away(NodeSnapshot node) => node.LastSeenAt is null ? "has never connected" : "is offline";
}
