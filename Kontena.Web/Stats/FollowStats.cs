using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Kontena.Core.Problems;
using Kontena.Core.Stats;
using Kontena.Web.Data;
using Kontena.Web.Grids;
using Kontena.Web.Identity;
using Kontena.Web.Nodes;
using Kontena.Web.Services;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Stats;

/// <summary>The points of a chart's window and then every new one, until the follower leaves.</summary>
internal sealed class FollowStats(
    IDbContextFactory<KontenaDb> databases, StatRings rings, StatStore store, StatFeed feed, Logs.TelemetryWatchers watchers, TimeProvider time)
{
    /// <summary>Points of one series in the first batch: what a wide chart has pixels for.</summary>
    private const int MostPoints = 480;

    private static readonly ImmutableDictionary<string, Window> Windows = new Dictionary<string, Window>
    {
        ["10m"] = new(TimeSpan.FromMinutes(10), 0, TimeSpan.Zero),
        ["1h"] = new(TimeSpan.FromHours(1), 0, TimeSpan.FromSeconds(7)),
        ["6h"] = new(TimeSpan.FromHours(6), StatStore.FiveMinutes, TimeSpan.FromSeconds(45)),
        ["24h"] = new(TimeSpan.FromHours(24), StatStore.FiveMinutes, TimeSpan.FromMinutes(3)),
        ["7d"] = new(TimeSpan.FromDays(7), StatStore.FiveMinutes, TimeSpan.FromMinutes(20)),
        ["30d"] = new(TimeSpan.FromDays(30), StatStore.Hour, TimeSpan.FromMinutes(60)),
    }.ToImmutableDictionary(StringComparer.Ordinal);

    public async Task<Result<Service>> OpenServiceAsync(ServicePath path, string window, Actor actor, CancellationToken cancel)
    {
        if (Unknown(window) is { } problem)
        {
            return problem;
        }
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.OpenServiceAsync(path, actor, Capability.SeeGrid, "see statistics", cancel);
    }

    public async Task<Result<HostNode>> OpenNodeAsync(string grid, string node, string window, Actor actor, CancellationToken cancel)
    {
        if (Unknown(window) is { } problem)
        {
            return problem;
        }
        await using var db = await databases.CreateDbContextAsync(cancel);
        var opened = await db.OpenGridAsync(grid ?? "", actor, Capability.SeeGrid, "see statistics", cancel);
        if (!opened.Ok)
        {
            return opened.Problem;
        }
        return await db.Nodes.AsNoTracking().SingleOrDefaultAsync(n => n.GridId == opened.Value.Id && n.Name == node, cancel) is { } found
            ? found
            : Problem.NotFound("node", node);
    }

    public async IAsyncEnumerable<StatBatch> RunAsync(Service service, string window, [EnumeratorCancellation] CancellationToken leaving)
    {
        var of = Windows[window];
        using var watching = watchers.Watch(service.GridId, service.Id);
        using var subscription = feed.SubscribeService(service.Id);
        var history = await HistoryAsync(service.Id, of, leaving);
        var last = history.ToDictionary(s => s.Key, s => s.Value.LastOrDefault().At);
        yield return new([.. history.OrderBy(s => s.Key).Select(s => Series(service.Name, s.Key, s.Value))]);
        while (await subscription.Points.WaitAsync(leaving))
        {
            var fresh = subscription.Points.Take().Entries.Where(p => p.Point.At > last.GetValueOrDefault(p.Number)).GroupBy(p => p.Number).ToList();
            var series = fresh.ConvertAll(g => Series(service.Name, g.Key, Thin([.. g.Select(p => p.Point)], of, StatPoint.Merge)));
            foreach (var instance in fresh)
            {
                last[instance.Key] = instance.Max(p => p.Point.At);
            }
            if (series.Count > 0)
            {
                yield return new(series);
            }
            await Task.Delay(of.Pause, time, leaving);
        }
    }

    public async IAsyncEnumerable<NodeStatBatch> RunAsync(HostNode node, string window, [EnumeratorCancellation] CancellationToken leaving)
    {
        var of = Windows[window];
        using var subscription = feed.SubscribeNode(node.Id);
        var since = (time.GetUtcNow() - of.Span).ToUnixTimeMilliseconds();
        var stored = of.Seconds == 0 ? await store.SamplesOfNodeAsync(node.Id, since, leaving) : await store.RollUpsOfNodeAsync(node.Id, of.Seconds, since, leaving);
        var history = Join(stored, rings.Node(node.Id)?.Points.Since(since) ?? [], of, p => p.At, NodeStatPoint.Merge);
        yield return new([.. history.Select(Row)]);
        var last = history.LastOrDefault().At;
        while (await subscription.Points.WaitAsync(leaving))
        {
            NodeStatPoint[] fresh = [.. subscription.Points.Take().Entries.Where(p => p.At > last)];
            if (fresh.Length > 0)
            {
                last = fresh[^1].At;
                yield return new([.. Thin(fresh, of, NodeStatPoint.Merge).Select(Row)]);
            }
            await Task.Delay(of.Pause, time, leaving);
        }
    }

    private static Problem? Unknown(string window) => window is not null && Windows.ContainsKey(window) ? null
        : Problem.Invalid("bad_window", $"There is no window '{window}'. Use one of {string.Join(", ", Windows.OrderBy(w => w.Value.Span).Select(w => w.Key))}.");

    private async Task<Dictionary<int, StatPoint[]>> HistoryAsync(Guid service, Window of, CancellationToken cancel)
    {
        var since = (time.GetUtcNow() - of.Span).ToUnixTimeMilliseconds();
        var stored = of.Seconds == 0
            ? await store.SamplesOfServiceAsync(service, since, cancel)
            : await store.RollUpsOfServiceAsync(service, of.Seconds, since, cancel);
        var recent = rings.Instances.Where(r => r.ServiceId == service).GroupBy(r => r.Number)
            .ToDictionary(g => g.Key, g => g.SelectMany(r => r.Points.Since(since)).OrderBy(p => p.At).ToArray());
        return stored.Keys.Union(recent.Keys).ToDictionary(number => number, number =>
            Join(stored.GetValueOrDefault(number) ?? [], recent.GetValueOrDefault(number) ?? [], of, p => p.At, StatPoint.Merge));
    }

    /// <summary>What is stored, then what only memory has yet.</summary>
    private static T[] Join<T>(List<T> stored, T[] recent, Window of, Func<T, long> at, DownSample.Merge<T> merge)
    {
        if (of.Seconds == 0)
        {
            // Memory has every sample of its time; the database has those before it, after a restart of the master.
            var from = recent.Length > 0 ? at(recent[0]) : long.MaxValue;
            return DownSample.To([.. stored.Where(p => at(p) < from), .. recent], MostPoints, at, merge);
        }
        var until = stored.Count > 0 ? at(stored[^1]) + (of.Seconds * 1_000L) : 0;
        var rest = recent.Where(p => at(p) >= until).ToArray();
        var steps = Math.Max(1, rest.Length == 0 ? 1 : (int)((at(rest[^1]) - at(rest[0])) / Math.Max(1_000, of.Pause.TotalMilliseconds)) + 1);
        return DownSample.To([.. stored, .. DownSample.To(rest, steps, at, merge)], MostPoints, at, merge);
    }

    /// <summary>Increments of a long window are as coarse as its history.</summary>
    private static T[] Thin<T>(T[] points, Window of, DownSample.Merge<T> merge)
        where T : struct => of.Pause <= TimeSpan.FromSeconds(1) || points.Length == 1 ? points
        : [merge(points[^1] is StatPoint p ? p.At : ((NodeStatPoint)(object)points[^1]).At, points)];

    private static StatSeries Series(string service, int number, StatPoint[] points) => new($"{service}-{number}", [.. points.Select(Row)]);

    private static double[] Row(StatPoint p) =>
    [
        p.At, Math.Round(p.CpuPercent, 2), p.MemoryBytes, p.MemoryLimitBytes, Math.Round(p.NetworkReceivedPerSecond),
        Math.Round(p.NetworkSentPerSecond), Math.Round(p.BlockReadPerSecond), Math.Round(p.BlockWrittenPerSecond),
    ];

    private static double[] Row(NodeStatPoint p) =>
    [
        p.At, Math.Round(p.CpuPercent, 2), Math.Round(p.Load1, 2), p.MemoryTotalBytes, p.MemoryUsedBytes, p.DiskTotalBytes, p.DiskUsedBytes,
        Math.Round(p.NetworkReceivedPerSecond), Math.Round(p.NetworkSentPerSecond),
    ];

    /// <param name="Seconds">Of its roll-ups; 0: samples.</param>
    /// <param name="Step">Time between two points that a chart of this window can show.</param>
    private sealed record Window(TimeSpan Span, int Seconds, TimeSpan Step)
    {
        /// <summary>Between two batches; even a long window moves before one's eyes.</summary>
        public TimeSpan Pause => TimeSpan.FromSeconds(Math.Clamp(Step.TotalSeconds, 0.1, 60));
    }
}
