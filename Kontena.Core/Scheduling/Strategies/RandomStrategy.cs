using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;

namespace Kontena.Core.Scheduling.Strategies;

/// <summary>Stays, or takes any node: by lot, but the same lot for the same service, number and deploy.</summary>
/// <remarks>docs/scheduling.md, random.</remarks>
public sealed class RandomStrategy : IPlacementStrategy
{
    public string Name => "random";

    public Choice Choose(PlacementRequest request, Candidates nodes)
    {
        if (nodes.Nodes.FirstOrDefault(node => request.IsOn(node.Id)) is { } current)
        {
            return new Choice(current, "It is there already.");
        }
        Span<byte> seed = stackalloc byte[28];
        request.Service.Id.TryWriteBytes(seed);
        BinaryPrimitives.WriteInt32LittleEndian(seed[16..], request.Number);
        BinaryPrimitives.WriteInt64LittleEndian(seed[20..], request.Service.DeployRev);
        var lot = nodes.Nodes[(int)(XxHash3.HashToUInt64(seed) % (ulong)nodes.Nodes.Length)];
        return new Choice(lot, nodes.Nodes.Length == 1
            ? HighAvailabilityStrategy.Single(request, nodes)
            : string.Create(CultureInfo.InvariantCulture, $"Drawn by lot from {nodes.Nodes.Length} nodes."));
    }
}
