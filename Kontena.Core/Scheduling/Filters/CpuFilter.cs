using System.Globalization;

namespace Kontena.Core.Scheduling.Filters;

/// <summary>Keeps the nodes that are big enough. A size check of the machine, not an account.</summary>
/// <remarks>docs/scheduling.md, cpu.</remarks>
public sealed class CpuFilter : IPlacementFilter
{
    public Candidates Narrow(PlacementRequest request, Candidates nodes) => request.Spec.Cpus is not { } needed ? nodes : nodes.Keep(
        FilterCode.Cpu,
        node => (node.Cpus ?? 0) >= needed,
        node => string.Create(CultureInfo.InvariantCulture,
            $"has {(node.Cpus is { } cpus ? $"{cpus:0.###}" : "an unknown number of")} CPU{(node.Cpus == 1 ? "" : "s")}, {needed:0.###} needed"));
}
