using Kontena.Core.Nodes;

namespace Kontena.Core.Scheduling.Filters;

/// <summary>Keeps the nodes that take new instances.</summary>
/// <remarks>docs/scheduling.md, availability.</remarks>
public sealed class AvailabilityFilter : IPlacementFilter
{
    public Candidates Narrow(PlacementRequest request, Candidates nodes) => nodes.Keep(FilterCode.Availability,
        node => node.Availability is NodeAvailability.Active,
        _ => "is drained");
}
