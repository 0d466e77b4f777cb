using System.Collections.Concurrent;
using Kontena.Core.Logs;
using Kontena.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Logs;

/// <summary>The streams that this master has met, with how far each is durable.</summary>
internal sealed class LogStreams(IDbContextFactory<KontenaDb> databases, TimeProvider time)
{
    /// <summary>An agent that makes up containers is stopped here; a service that is recreated every half minute is not.</summary>
    private const int MostNewPerInstanceAndHour = 200;

    private readonly ConcurrentDictionary<LogStreamKey, LogStream> _known = [];

    /// <summary>The stream as this node may write it; null when it may not: the instance neither is nor was on it.</summary>
    public async Task<LogStream?> ResolveAsync(Guid node, Guid grid, LogStreamKey key, CancellationToken cancel)
    {
        if (!_known.TryGetValue(key, out var stream))
        {
            await using var db = await databases.CreateDbContextAsync(cancel);
            var row = await FindAsync(db, key, cancel) ?? await CreateAsync(db, node, grid, key, cancel);
            if (row is null)
            {
                return null;
            }
            stream = _known.GetOrAdd(key, row);
        }
        return stream.NodeId == node ? stream : null;
    }

    /// <summary>Every stream that a service has or had.</summary>
    public async Task<IReadOnlyList<LogStream>> OfServiceAsync(Guid service, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return Remember(await db.Set<LogStream>().AsNoTracking().Where(s => s.ServiceId == service).ToListAsync(cancel));
    }

    /// <summary>Every stream of a node, the latest written first.</summary>
    public async Task<IReadOnlyList<LogStream>> OfNodeAsync(Guid node, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return Remember(await db.Set<LogStream>().AsNoTracking().Where(s => s.NodeId == node).OrderByDescending(s => s.StoredAt).ToListAsync(cancel));
    }

    /// <summary>Forgets streams that nobody has written to for so long that their containers are gone.</summary>
    public async Task ForgetAsync(DateTimeOffset storedBefore, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var current = db.Instances.Select(i => i.ContainerId);
        await db.Set<LogStream>().Where(s => s.StoredAt < storedBefore && !current.Contains(s.ContainerId)).ExecuteDeleteAsync(cancel);
        foreach (var (key, _) in _known.Where(s => s.Value.StoredAt < storedBefore).ToList())
        {
            _known.TryRemove(key, out _);
        }
    }

    private static Task<LogStream?> FindAsync(KontenaDb db, LogStreamKey key, CancellationToken cancel) =>
        db.Set<LogStream>().AsNoTracking().SingleOrDefaultAsync(s => s.InstanceId == key.InstanceId && s.ContainerId == key.ContainerId, cancel);

    /// <summary>Another master may have stored more than this one knows of; with segment files it is the other way round.</summary>
    private List<LogStream> Remember(List<LogStream> rows) => rows.ConvertAll(row =>
    {
        var known = _known.GetOrAdd(row.Key, row);
        var position = row.Position();
        known.Advance(position.Sequence, position.Cursor, row.StoredAt);
        return known;
    });

    private async Task<LogStream?> CreateAsync(KontenaDb db, Guid node, Guid grid, LogStreamKey key, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var instance = await db.Instances.Where(i => i.Id == key.InstanceId && i.NodeId == node && i.GridId == grid)
            .Select(i => new { i.ServiceId, i.Number }).SingleOrDefaultAsync(cancel);
        if (instance is null)
        {
            // It was on this node: its container still has to end here, or has just done so.
            var ended = await db.Tombstones.AsNoTracking().Where(t => t.InstanceId == key.InstanceId && t.NodeId == node && t.GridId == grid)
                .OrderByDescending(t => t.Epoch).FirstOrDefaultAsync(cancel);
            instance = ended is null ? null : new { ended.Order.ServiceId, ended.Order.Number };
        }
        if (instance is null
            || await db.Set<LogStream>().CountAsync(s => s.InstanceId == key.InstanceId && s.CreatedAt > now.AddHours(-1), cancel) >= MostNewPerInstanceAndHour)
        {
            return null;
        }
        var stream = new LogStream
        {
            GridId = grid,
            NodeId = node,
            ServiceId = instance.ServiceId,
            InstanceId = key.InstanceId,
            Number = instance.Number,
            ContainerId = key.ContainerId,
            CreatedAt = now,
            StoredAt = now,
        };
        db.Add(stream);
        try
        {
            await db.SaveChangesAsync(cancel);
            return stream;
        }
        catch (DbUpdateException e) when (Saving.IsDuplicate(e.InnerException))
        {
            db.ChangeTracker.Clear();
            return await FindAsync(db, key, cancel);
        }
    }
}
