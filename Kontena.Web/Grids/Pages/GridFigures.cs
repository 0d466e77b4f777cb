using System.Collections.Immutable;
using Kontena.Web.Stats;

namespace Kontena.Web.Grids.Pages;

/// <summary>What the nodes of a grid use now, and how much one more instance is likely to need.</summary>
/// <param name="NeedBytes">The median over the instances that are known; null when none is.</param>
public sealed record GridFigures(DateTimeOffset At, ImmutableDictionary<Guid, LatestNodeStat> Nodes, long? NeedBytes)
{
    /// <summary>A median over this many says the same as over all of them.</summary>
    private const int MostSampled = 100;

    private const int MostRoom = 16;

    /// <returns>Null when no node has figures.</returns>
    internal static GridFigures? Read(GridView view, LatestStats stats)
    {
        var nodes = view.Nodes.Where(n => n.Online).Select(n => (n.Id, Stat: stats.OfNode(n.Id))).Where(n => n.Stat is not null)
            .ToImmutableDictionary(n => n.Id, n => n.Stat!);
        if (nodes.IsEmpty)
        {
            return null;
        }
        var needs = view.Services.SelectMany(s => s.Instances.Select(i => (i.Id, s.Spec.MemoryBytes))).Where(i => i.Id is not null).Take(MostSampled)
            .Select(i => i.MemoryBytes ?? stats.OfInstance(i.Id!.Value)?.MemoryBytes).OfType<long>().Where(bytes => bytes > 0).Order().ToList();
        return new GridFigures(nodes.Values.Max(n => n.At), nodes, needs.Count == 0 ? null : needs[needs.Count / 2]);
    }

    public static double MemoryShare(LatestNodeStat node) => node.MemoryTotalBytes > 0 ? (double)node.MemoryUsedBytes / node.MemoryTotalBytes : 0;

    public static double DiskShare(LatestNodeStat node) => node.DiskTotalBytes > 0 ? (double)node.DiskUsedBytes / node.DiskTotalBytes : 0;

    public static long FreeBytes(LatestNodeStat node) => Math.Max(0, node.MemoryTotalBytes - node.MemoryUsedBytes);

    /// <summary>For how many more instances there is memory, as far as a bay shows it: it never grows beyond two rows by its room.</summary>
    public int Room(NodeView node, int taken) =>
        node.Status != "Online" || NeedBytes is not { } need || !Nodes.TryGetValue(node.Id, out var now) ? 0
        : (int)Math.Clamp(FreeBytes(now) / need, 0, Math.Max(0, MostRoom - taken));

    /// <summary>What is fullest, worst first.</summary>
    public IEnumerable<(NodeView Node, string What, double Share)> Fullest(GridView view) => view.Nodes
        .Where(n => Nodes.ContainsKey(n.Id))
        .SelectMany(n => new[] { (n, "memory", MemoryShare(Nodes[n.Id])), (n, "disk", DiskShare(Nodes[n.Id])) })
        .OrderByDescending(x => x.Item3);
}
