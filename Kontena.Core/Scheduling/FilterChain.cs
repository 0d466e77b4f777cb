using System.Collections.Immutable;
using Kontena.Core.Scheduling.Filters;

namespace Kontena.Core.Scheduling;

/// <summary>The filters in their order. The first that leaves nothing names the error; later ones are not asked.</summary>
/// <remarks>docs/scheduling.md, one section per filter.</remarks>
internal static class FilterChain
{
    private static readonly AvailabilityFilter Availability = new();

    private static readonly ImmutableArray<IPlacementFilter> Filters =
    [
        Availability,
        new EphemeralFilter(),
        new VolumeDriverFilter(),
        new VolumeInstanceFilter(),
        new AffinityFilter(),
        new PortFilter(),
        new CpuFilter(),
        new MemoryFilter(),
        new ReservationFilter(),
        new DependencyFilter(),
    ];

    /// <summary>Those whose answer depends on the number or on its siblings.</summary>
    private static readonly ImmutableArray<IPlacementFilter> PerNumber =
        [new VolumeInstanceFilter(), new AffinityFilter(), new PortFilter(), new DependencyFilter()];

    public static Candidates Run(PlacementRequest request)
    {
        var connected = Candidates.Of(request.Grid.Nodes);
        var result = Run(Filters, request, connected);
        return result.Error is FilterCode.Availability ? WithFurtherReasons(request, connected, result) : result;
    }

    /// <summary>Asks again what only the number and its node can answer.</summary>
    public static Candidates Check(PlacementRequest request, Candidates node) => Run(PerNumber, request, node);

    private static Candidates Run(IEnumerable<IPlacementFilter> filters, PlacementRequest request, Candidates nodes)
    {
        foreach (var filter in filters)
        {
            if (nodes.IsEmpty)
            {
                break;
            }
            nodes = filter.Narrow(request, nodes);
        }
        return nodes;
    }

    /// <summary>"Every node is drained" would hide what is wrong besides: say both.</summary>
    private static Candidates WithFurtherReasons(PlacementRequest request, Candidates connected, Candidates drained)
    {
        var further = Run(Filters.Where(filter => filter != Availability), request, connected).Rejected.ToDictionary(r => r.NodeId, r => r.Reason);
        return drained with
        {
            Rejected = [.. drained.Rejected.Select(r => r.Code is FilterCode.Availability && further.TryGetValue(r.NodeId, out var reason)
                ? r with { Reason = $"{r.Reason} and {reason}" }
                : r)],
        };
    }
}
