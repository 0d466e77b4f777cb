using Kontena.Core.Nodes;
using Kontena.Core.Services;

namespace Kontena.Core.Scheduling.Filters;

/// <summary>Drops the nodes on which something else holds a port that the service publishes.</summary>
/// <remarks>docs/scheduling.md, port. Rows of stopped services count: starting one again must not fail.</remarks>
public sealed class PortFilter : IPlacementFilter
{
    public Candidates Narrow(PlacementRequest request, Candidates nodes) => request.Spec.Ports.IsEmpty ? nodes : nodes.Keep(FilterCode.Port,
        node => Holder(request, node) is null,
        node => $"has its {Holder(request, node)}");

    /// <summary>Two ports conflict when number and protocol are equal and the addresses are, or one of them is the wildcard.</summary>
    public static bool Conflict(PortMapping one, PortMapping other) =>
        one.NodePort == other.NodePort && one.Protocol == other.Protocol
        && (one.Ip == other.Ip || IsWildcard(one.Ip) || IsWildcard(other.Ip));

    private static bool IsWildcard(string ip) => ip is "" or "0.0.0.0" or "::";

    /// <returns>Completes "NODE has its …"; null when every port is free.</returns>
    private static string? Holder(PlacementRequest request, NodeSnapshot node)
    {
        foreach (var port in request.Spec.Ports)
        {
            // The lowest of several, so that the words do not depend on the order of the rows.
            var row = request.Copy.RowsOn(node.Id)
                .Where(row => !request.IsOwn(row) && row.Service.Spec.Ports.Any(other => Conflict(port, other)))
                .OrderBy(row => row.Service.Name, StringComparer.Ordinal).ThenBy(row => row.Number)
                .Select(row => (PlacedRow?)row).FirstOrDefault();
            if (row is { } held)
            {
                return $"port {port.NodePort}/{port.Protocol} taken by {InstanceName.Container(held.Service.Stack, held.Service.Name, held.Number)}";
            }
            if (node.ForeignPorts.Any(foreign => foreign.Port == port.NodePort && foreign.Protocol == port.Protocol))
            {
                return $"port {port.NodePort}/{port.Protocol} taken by something that is not Kontena's";
            }
        }
        return null;
    }
}
