using Kontena.Core.Nodes;
using Kontena.Core.Scheduling.Filters;

namespace Kontena.Core.Scheduling.Strategies;

/// <summary>Fills the fullest node that has room, so that whole nodes stay free. Looks at reservations only.</summary>
/// <remarks>docs/scheduling.md, binpack.</remarks>
public sealed class BinPackStrategy : IPlacementStrategy
{
    public string Name => "binpack";

    public Choice Choose(PlacementRequest request, Candidates nodes)
    {
        var best = nodes.Nodes.OrderByDescending(node => Score(request, node)).ThenBy(node => request.IsOn(node.Id) ? 0 : 1)
            .ThenBy(node => node.Number).First();
        return new Choice(best, nodes.Nodes.Length == 1
            ? HighAvailabilityStrategy.Single(request, nodes)
            : "Of the nodes with room it has the most reserved.");
    }

    private static double Score(PlacementRequest request, NodeSnapshot node)
    {
        var deploy = request.Spec.Deploy;
        var cpu = Free(node.Cpus ?? 0, ReservationFilter.ReservedCpus(request, node) + (deploy.ReserveCpus ?? 0));
        var memory = Free(node.MemoryTotalBytes ?? 0, ReservationFilter.ReservedMemory(request, node) + (deploy.ReserveMemoryBytes ?? 0));
        return 20 - (Math.Pow(10, cpu) + Math.Pow(10, memory));
    }

    /// <summary>The share that would still be free with the instance on the node; 0 when the size is unknown.</summary>
    private static double Free(decimal capacity, decimal reserved) => capacity <= 0 ? 0 : (double)((capacity - reserved) / capacity);
}
