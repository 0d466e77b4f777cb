using Kontena.Core.Nodes;

namespace Kontena.Core.Scheduling.Filters;

/// <summary>Keeps stateful instances away from nodes that may vanish, unless they are there already.</summary>
/// <remarks>docs/scheduling.md, ephemeral. Only the presence of the label counts: <c>ephemeral=no</c> is one too.</remarks>
public sealed class EphemeralFilter : IPlacementFilter
{
    public Candidates Narrow(PlacementRequest request, Candidates nodes) => !request.Spec.Stateful ? nodes : nodes.Keep(FilterCode.Ephemeral,
        node => request.IsOn(node.Id) || !IsEphemeral(node),
        _ => "is labelled ephemeral and the service keeps data");

    private static bool IsEphemeral(NodeSnapshot node) =>
        node.Labels.Any(label => label == "ephemeral" || label.StartsWith("ephemeral=", StringComparison.Ordinal));
}
