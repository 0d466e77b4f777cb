using System.Runtime.CompilerServices;
using Kontena.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Logs;

/// <summary>Blocks as rows, a position and its blocks in one transaction. Any number of masters may write.</summary>
internal sealed class DatabaseLogStore(IDbContextFactory<KontenaDb> databases, TimeProvider time) : ILogStore
{
    private const int RowsAtOnce = 16;
    private const int FoundAtOnce = 512;

    public Task OpenAsync(CancellationToken cancel) => Task.CompletedTask;

    public async Task AppendAsync(IReadOnlyList<NewBlock> blocks, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        foreach (var ofStream in blocks.GroupBy(b => b.Stream.Id).OrderBy(g => g.Key)) // one order for all masters: no deadlock
        {
            var last = ofStream.Last().Header;
            var before = await LockAsync(db, ofStream.Key, last.Sequence, cancel);
            if (before is not { } stored)
            {
                continue; // another master stored them all: the agent had moved to it for a moment
            }
            foreach (var block in ofStream.Where(b => b.Header.Sequence > stored))
            {
                db.Add(new LogBlockRow
                {
                    StreamId = block.Stream.Id,
                    ServiceId = block.Stream.ServiceId,
                    Sequence = block.Header.Sequence,
                    FirstAt = block.Header.FirstAt,
                    LastAt = block.Header.LastAt,
                    Length = block.Bytes.Length,
                    StoredAt = now,
                    Block = block.Bytes.ToArray(),
                });
            }
            await db.Set<LogStream>().Where(s => s.Id == ofStream.Key).ExecuteUpdateAsync(set => set
                .SetProperty(s => s.LastSequence, last.Sequence)
                .SetProperty(s => s.StdoutAt, last.Cursor.StdoutAt).SetProperty(s => s.StdoutRecords, last.Cursor.StdoutRecords)
                .SetProperty(s => s.StderrAt, last.Cursor.StderrAt).SetProperty(s => s.StderrRecords, last.Cursor.StderrRecords)
                .SetProperty(s => s.StoredAt, now), cancel);
        }
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    public async IAsyncEnumerable<LogChunk> FindAsync(Guid service, long fromAt, long toAt, [EnumeratorCancellation] CancellationToken cancel)
    {
        (long LastAt, long Id)? after = null;
        while (true)
        {
            await using var db = await databases.CreateDbContextAsync(cancel);
            var rows = db.Set<LogBlockRow>().Where(r => r.ServiceId == service && r.LastAt >= fromAt && r.FirstAt <= toAt);
            if (after is { } reached)
            {
                rows = rows.Where(r => r.LastAt < reached.LastAt || (r.LastAt == reached.LastAt && r.Id < reached.Id));
            }
            var found = await rows.OrderByDescending(r => r.LastAt).ThenByDescending(r => r.Id)
                .Select(r => new { r.Id, r.FirstAt, r.LastAt }).Take(FoundAtOnce).ToListAsync(cancel);
            foreach (var some in found.Chunk(RowsAtOnce))
            {
                yield return new Chunk(databases, [.. some.Select(r => r.Id)]) { FirstAt = some.Min(r => r.FirstAt), LastAt = some[0].LastAt };
            }
            if (found.Count < FoundAtOnce)
            {
                yield break;
            }
            after = (found[^1].LastAt, found[^1].Id);
        }
    }

    public async Task TrimAsync(DateTimeOffset storedBefore, long mostBytesPerService, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var rows = db.Set<LogBlockRow>();
        // A thousand at a time: no other table waits for a long transaction.
        while (await rows.Where(r => rows.Where(o => o.StoredAt < storedBefore).OrderBy(o => o.Id).Take(1_000).Select(o => o.Id).Contains(r.Id))
            .ExecuteDeleteAsync(cancel) == 1_000)
        {
        }
        var large = await rows.GroupBy(r => r.ServiceId).Select(g => new { Service = g.Key, Bytes = g.Sum(r => (long)r.Length) })
            .Where(g => g.Bytes > mostBytesPerService).ToListAsync(cancel);
        foreach (var service in large)
        {
            for (var excess = service.Bytes - mostBytesPerService; excess > 0;)
            {
                var oldest = await rows.Where(r => r.ServiceId == service.Service).OrderBy(r => r.Id).Select(r => new { r.Id, r.Length }).Take(1_000).ToListAsync(cancel);
                var doomed = new List<long>();
                foreach (var row in oldest.TakeWhile(_ => excess > 0))
                {
                    doomed.Add(row.Id);
                    excess -= row.Length;
                }
                if (doomed.Count == 0)
                {
                    break;
                }
                await rows.Where(r => doomed.Contains(r.Id)).ExecuteDeleteAsync(cancel);
            }
        }
    }

    public Task CloseAsync(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Holds the stream's row until the end of the transaction.</summary>
    /// <returns>The last stored sequence; null when it is not below <paramref name="sequence"/>.</returns>
    private static async Task<long?> LockAsync(KontenaDb db, long stream, long sequence, CancellationToken cancel)
    {
        var row = db.Set<LogStream>().Where(s => s.Id == stream && s.LastSequence < sequence);
        return await row.ExecuteUpdateAsync(set => set.SetProperty(s => s.StoredAt, s => s.StoredAt), cancel) == 0
            ? null
            : await row.Select(s => s.LastSequence).SingleAsync(cancel);
    }

    private sealed class Chunk(IDbContextFactory<KontenaDb> databases, long[] ids) : LogChunk
    {
        public override async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(CancellationToken cancel)
        {
            await using var db = await databases.CreateDbContextAsync(cancel);
            var blocks = await db.Set<LogBlockRow>().Where(r => ids.Contains(r.Id)).Select(r => r.Block).ToListAsync(cancel);
            return [.. blocks.Select(b => new ReadOnlyMemory<byte>(b))];
        }
    }
}
