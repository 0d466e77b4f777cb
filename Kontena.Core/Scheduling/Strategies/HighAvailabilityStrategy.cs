using System.Collections.Immutable;
using System.Globalization;
using Kontena.Core.Nodes;

namespace Kontena.Core.Scheduling.Strategies;

/// <summary>Spreads over zones, then over nodes; among equals stays where the instance is, else least relative memory use.</summary>
/// <remarks>docs/scheduling.md, ha. Only placements of this plan count; other services matter through memory alone.</remarks>
public sealed class HighAvailabilityStrategy : IPlacementStrategy
{
    public string Name => "ha";

    public Choice Choose(PlacementRequest request, Candidates nodes)
    {
        var keys = SpreadKey.Of(request.Spec);
        Rank? best = null;
        Rank? next = null;
        foreach (var rank in nodes.Nodes.Select(node => new Rank(request, keys, node)))
        {
            if (best is null || rank.CompareTo(best) < 0)
            {
                (best, next) = (rank, best);
            }
            else if (next is null || rank.CompareTo(next) < 0)
            {
                next = rank;
            }
        }
        return new Choice(best!.Node, next is null ? Single(request, nodes) : best.Why(next));
    }

    internal static string Single(PlacementRequest request, Candidates nodes) => (nodes.Rejected.IsEmpty, request.IsOn(nodes.Nodes[0].Id)) switch
    {
        (true, _) => "The grid has no other node.",
        (false, true) => "It is there already and no other node can run it.",
        (false, false) => "No other node can run it.",
    };

    /// <summary>What makes one node better than another, most important first.</summary>
    private sealed class Rank(PlacementRequest request, ImmutableArray<SpreadKey> keys, NodeSnapshot node)
    {
        private readonly int[] _placedIn = [.. keys.Select(key => request.Copy.PlacedIn(key, node))];
        private readonly int _placedOn = request.Copy.PlacedOn(node);
        private readonly bool _isThere = request.IsOn(node.Id);
        private readonly double _memoryUsed = node.Memory is { } memory && node.MemoryTotalBytes is { } total and > 0
            ? (double)(memory.TotalBytes - memory.FreeBytes) / total
            : 0;

        public NodeSnapshot Node => node;

        public int CompareTo(Rank other)
        {
            for (var i = 0; i < keys.Length; i++)
            {
                if (_placedIn[i].CompareTo(other._placedIn[i]) is var spread and not 0)
                {
                    return spread;
                }
            }
            return (_placedOn, !_isThere, _memoryUsed, node.Number)
                .CompareTo((other._placedOn, !other._isThere, other._memoryUsed, other.Node.Number));
        }

        public string Why(Rank next)
        {
            var spread = Enumerable.Range(0, keys.Length).FirstOrDefault(i => _placedIn[i] != next._placedIn[i], -1);
            return spread >= 0
                    ? $"{Capital(keys[spread].Word)} {keys[spread].ValueOf(node)} has the fewest instances of {request.Service.Name}."
                : _placedOn != next._placedOn ? $"It has the fewest instances of {request.Service.Name}."
                : _isThere ? "It is there already and the spread allows it to stay."
                : _memoryUsed < next._memoryUsed ? string.Create(CultureInfo.InvariantCulture,
                    $"Of the equally empty nodes it uses the least memory, {_memoryUsed * 100:0} %.")
                : "It has the lowest number of equally good nodes.";
        }

        private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
    }
}
