using Kontena.Web.Ui;

namespace Kontena.Web.Grids.Pages;

/// <summary>The cells of things, with what they say and where they lead.</summary>
internal static class Strips
{
    /// <summary>By number; cells of different zones stand a little apart.</summary>
    /// <param name="linked">Only on pages about the service: in lists, dozens of tiny targets would stand in the way of the names.</param>
    public static IReadOnlyList<StripCell> Of(GridView view, ServiceView service, bool linked = false) =>
        [.. service.Instances.Select(instance => Cell(view, instance, linked) with { Node = view.Node(instance.NodeId)?.Zone })];

    /// <summary>What stands on a node, in the order of stacks, services and numbers.</summary>
    public static IReadOnlyList<StripCell> On(GridView view, NodeView node) =>
        [.. view.InstancesOn(node.Id).Select(instance => Cell(view, instance, linked: false, full: true))];

    /// <param name="full">With the stack's name, where instances of different stacks stand side by side.</param>
    private static StripCell Cell(GridView view, InstanceView instance, bool linked, bool full = false)
    {
        var name = full ? $"{instance.Stack}/{instance.Name}" : instance.Name;
        var place = full || instance.Node is null ? "" : $" on {instance.Node}";
        var state = instance.Cell is CellState.NoNode ? "no node" : instance.Cell.Word().ToLowerInvariant();
        return new StripCell(instance.Cell, instance.Watched, null, $"{name}{place}, {state}",
            linked ? Links.Service(view.Name, instance.Stack, instance.Service, "instances") : null);
    }
}
