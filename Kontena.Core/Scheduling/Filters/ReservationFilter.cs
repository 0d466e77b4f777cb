using System.Globalization;
using Kontena.Core.Nodes;
using Kontena.Core.Services;

namespace Kontena.Core.Scheduling.Filters;

/// <summary>Keeps the nodes whose capacity is not yet promised to others.</summary>
/// <remarks>docs/scheduling.md, reservation. Nothing is reserved unless a service asks for it.</remarks>
public sealed class ReservationFilter : IPlacementFilter
{
    public Candidates Narrow(PlacementRequest request, Candidates nodes)
    {
        if (request.Spec.Deploy.ReserveMemoryBytes is { } memory and > 0)
        {
            var needed = (decimal)memory * request.PerNode;
            nodes = nodes.Keep(FilterCode.Reservation,
                node => (node.MemoryTotalBytes ?? 0) - ReservedMemory(request, node) >= needed,
                node => $"has {ByteSize.Format(node.MemoryTotalBytes ?? 0)} of memory and {ByteSize.Format((long)ReservedMemory(request, node))} "
                    + $"of it is reserved, {ByteSize.Format((long)needed)} needed");
        }
        if (request.Spec.Deploy.ReserveCpus is { } cpus and > 0)
        {
            var needed = cpus * request.PerNode;
            nodes = nodes.Keep(FilterCode.Reservation,
                node => (node.Cpus ?? 0) - ReservedCpus(request, node) >= needed,
                node => string.Create(CultureInfo.InvariantCulture,
                    $"has {node.Cpus ?? 0:0.###} CPUs and {ReservedCpus(request, node):0.###} of them are reserved, {needed:0.###} needed"));
        }
        return nodes;
    }

    internal static decimal ReservedMemory(PlacementRequest request, NodeSnapshot node) =>
        request.Copy.RowsOn(node.Id).Where(row => !request.IsOwn(row)).Sum(row => (decimal)(row.Service.Spec.Deploy.ReserveMemoryBytes ?? 0));

    internal static decimal ReservedCpus(PlacementRequest request, NodeSnapshot node) =>
        request.Copy.RowsOn(node.Id).Where(row => !request.IsOwn(row)).Sum(row => row.Service.Spec.Deploy.ReserveCpus ?? 0);
}
