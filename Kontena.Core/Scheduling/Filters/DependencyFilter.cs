using Kontena.Core.Nodes;
using Kontena.Core.Services;

namespace Kontena.Core.Scheduling.Filters;

/// <summary>Keeps the nodes with the containers whose volumes or network the instance shares.</summary>
/// <remarks>docs/scheduling.md, dependencies. They must be of the same stack, and they must exist: the other service goes first.</remarks>
public sealed class DependencyFilter : IPlacementFilter
{
    private const string ContainerNet = "container:";

    public Candidates Narrow(PlacementRequest request, Candidates nodes)
    {
        foreach (var entry in request.Spec.VolumesFrom)
        {
            nodes = Require(request, nodes, entry, FilterCode.DependencyVolumesFrom, "volumes");
        }
        return request.Spec.Net.StartsWith(ContainerNet, StringComparison.Ordinal)
            ? Require(request, nodes, request.Spec.Net[ContainerNet.Length..], FilterCode.DependencyNet, "network")
            : nodes;
    }

    private static Candidates Require(PlacementRequest request, Candidates nodes, string entry, FilterCode code, string what)
    {
        var name = request.Substitute(entry);
        // For a service as a whole any number will do: each instance is checked against its own afterwards.
        var anyNumber = request.WholeService && name != entry;
        return nodes.Keep(code,
            node => node.Containers.Any(container => Is(container, request, name, anyNumber)),
            _ => $"has no container {(anyNumber ? entry : name)}, whose {what} {request.Name} shares");
    }

    private static bool Is(NodeContainer container, PlacementRequest request, string name, bool anyNumber) =>
        container is { Service: { } service, Number: { } number } && container.Stack == request.Service.Stack
        && (anyNumber ? LinkOrder.ServiceOfContainer(name) == service : InstanceName.Short(service, number) == name);
}
