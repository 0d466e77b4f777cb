using Kontena.Core.Nodes;
using Kontena.Core.Services;

namespace Kontena.Core.Scheduling.Filters;

/// <summary>Keeps the nodes with room for the memory that one more instance may use.</summary>
/// <remarks>docs/scheduling.md, memory. A replacement frees what it needs, so the node it is on always has room.</remarks>
public sealed class MemoryFilter : IPlacementFilter
{
    public Candidates Narrow(PlacementRequest request, Candidates nodes) => request.MemoryNeededBytes is not { } needed ? nodes : nodes.Keep(
        FilterCode.Memory,
        node => IsThere(request, node) || ((node.MemoryTotalBytes ?? 0) >= needed && (Available(node) ?? needed) >= needed),
        node => (node.MemoryTotalBytes ?? 0) < needed
            ? $"has {(node.MemoryTotalBytes is { } total ? ByteSize.Format(total) : "an unknown amount of")} memory, {ByteSize.Format(needed)} needed"
            : $"has {ByteSize.Format(Available(node) ?? 0)} free, {ByteSize.Format(needed)} needed");

    private static bool IsThere(PlacementRequest request, NodeSnapshot node) => request.WholeService
        ? request.Copy.RowsOn(node.Id).Any(row => row.Service.Id == request.Service.Id)
        : request.IsOn(node.Id);

    /// <summary>Null as long as there are no statistics.</summary>
    private static long? Available(NodeSnapshot node) =>
        node.Memory is { } memory ? memory.FreeBytes + memory.CachedBytes + memory.BuffersBytes : null;
}
