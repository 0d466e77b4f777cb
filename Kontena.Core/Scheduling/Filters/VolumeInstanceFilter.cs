using Kontena.Core.Nodes;
using Kontena.Core.Volumes;

namespace Kontena.Core.Scheduling.Filters;

/// <summary>Takes an instance to its data: volumes of scope <c>instance</c>, and what a stateful instance left on a node.</summary>
/// <remarks>docs/scheduling.md, volume_pinned. One volume narrows after the other; none undoes what another did.</remarks>
public sealed class VolumeInstanceFilter : IPlacementFilter
{
    public Candidates Narrow(PlacementRequest request, Candidates nodes)
    {
        if (request.WholeService)
        {
            return nodes; // where one number's data is says nothing about the node's fitness for the service
        }
        foreach (var volume in NamedVolumes.Of(request).Where(v => v.Scope == VolumeScope.Instance))
        {
            var name = VolumeNaming.DockerName(volume.Scope, request.Service.Stack, request.Service.Name, volume.Name, request.Number);
            nodes = Follow(request, nodes, volume.Require, node => node.VolumeInstances.Contains(name));
        }
        if (request.Spec.Stateful && request.CurrentNode is null)
        {
            // Scaled down and up again: the number returns to the data that it left behind.
            var (prefix, suffix) = ImplicitVolume(request);
            nodes = Follow(request, nodes, require: true, node => node.VolumeInstances.Any(v =>
                v.StartsWith(prefix, StringComparison.Ordinal) && v.EndsWith(suffix, StringComparison.Ordinal)
                && v.Length == prefix.Length + 8 + suffix.Length));
        }
        return nodes;
    }

    private static Candidates Follow(PlacementRequest request, Candidates nodes, bool require, Func<NodeSnapshot, bool> holds)
    {
        var follow = require ? request.Grid.Nodes.Any(holds) : nodes.Nodes.Any(holds);
        return !follow ? nodes : nodes.Keep(FilterCode.VolumePinned, holds,
            _ => $"does not hold the data of {request.Name}{Holders(request, nodes, holds)}");
    }

    /// <summary>When the data is out of reach, the place where it is matters more than the places where it is not.</summary>
    private static string Holders(PlacementRequest request, Candidates nodes, Func<NodeSnapshot, bool> holds) =>
        nodes.Nodes.Any(holds) ? "" : $" (it is on {string.Join(", ", request.Grid.Nodes.Where(holds).OrderBy(n => n.Number).Select(n => n.Name))})";

    private static (string Prefix, string Suffix) ImplicitVolume(PlacementRequest request)
    {
        var name = VolumeNaming.DockerNameOfPath(request.Service.Stack, request.Service.Name, "/", request.Number);
        var hash = name.LastIndexOf(VolumeNaming.PathHash("/"), StringComparison.Ordinal);
        return (name[..hash], name[(hash + 8)..]);
    }
}
