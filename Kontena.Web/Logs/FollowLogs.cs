using System.Runtime.CompilerServices;
using Kontena.Core.Problems;
using Kontena.Web.Data;
using Kontena.Web.Grids;
using Kontena.Web.Identity;
using Kontena.Web.Services;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Logs;

/// <summary>The latest lines of a service and then every new one, until the follower leaves.</summary>
internal sealed class FollowLogs(IDbContextFactory<KontenaDb> databases, LogFeed feed, LogReader reader, TimeProvider time)
{
    public const int MostBacklog = 2_000;

    /// <summary>At most ten batches a second.</summary>
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    public async Task<Result<Service>> OpenAsync(ServicePath path, Actor actor, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.OpenServiceAsync(path, actor, Capability.ReadLogs, "read logs", cancel);
    }

    /// <summary>The first batch is the backlog, whether it holds anything or not.</summary>
    public async IAsyncEnumerable<LogBatch> RunAsync(Service service, int? number, int backlog, [EnumeratorCancellation] CancellationToken leaving)
    {
        using var subscription = await feed.SubscribeAsync(service.GridId, service.Id, number, leaving);
        var count = Math.Clamp(backlog, 1, MostBacklog);
        var stored = await reader.ReadAsync(new(service.Id, number, null, 0, long.MaxValue, count), leaving, leaving);
        var shown = backlog <= 0 ? [] : stored.Entries;
        // A block that became durable while the backlog was read is in both.
        var had = new Dictionary<long, (long Sequence, int Index)>();
        foreach (var entry in shown)
        {
            var place = (entry.Id.Sequence, entry.Id.Index);
            if (!had.TryGetValue(entry.Id.Stream, out var known) || place.CompareTo(known) > 0)
            {
                had[entry.Id.Stream] = place;
            }
        }
        yield return Batch(service.Name, shown, 0);
        while (await subscription.WaitAsync(leaving))
        {
            var began = time.GetTimestamp();
            var (entries, lost) = subscription.Take();
            List<LogEntry> fresh = [.. entries.Where(e => !had.TryGetValue(e.Id.Stream, out var place) || (e.Id.Sequence, e.Id.Index).CompareTo(place) > 0)];
            if (fresh.Count > 0 || lost > 0)
            {
                yield return Batch(service.Name, fresh, lost);
            }
            var rest = Between - time.GetElapsedTime(began);
            if (rest > TimeSpan.Zero)
            {
                await Task.Delay(rest, time, leaving);
            }
        }
    }

    private static LogBatch Batch(string service, IReadOnlyList<LogEntry> entries, long lost) =>
        new([.. entries.Select(e => LiveLine.Of(service, e))], lost);
}
