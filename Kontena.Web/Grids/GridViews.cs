using System.Collections.Concurrent;
using Kontena.Web.Data;
using Kontena.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Grids;

/// <summary>Keeps the one picture of each grid that all pages share; read anew when something changed and somebody asks.</summary>
internal sealed class GridViews(IDbContextFactory<KontenaDb> databases, GridViewReader reader, ChangeFeed changes, TimeProvider time)
{
    /// <summary>Even without a change, ages and watch windows move on.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Guid, Entry> _entries = new();

    /// <returns>Null when there is no such grid, or the actor may not see it.</returns>
    public async Task<GridView?> ReadAsync(string grid, Actor actor, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var id = await db.Grids.Where(g => g.Name == grid).Select(g => (Guid?)g.Id).SingleOrDefaultAsync(cancel);
        return id is { } found && actor.May(Capability.SeeGrid, found) ? await ReadAsync(found, cancel) : null;
    }

    /// <summary>Without a check: the caller has asked the gate.</summary>
    public async Task<GridView> ReadAsync(Guid grid, CancellationToken cancel)
    {
        var entry = _entries.GetOrAdd(grid, id => new Entry(changes.Subscribe(id)));
        await entry.Gate.WaitAsync(cancel);
        try
        {
            if (entry.View is null || entry.Changed.TryTake() || time.GetUtcNow() - entry.View.AsOf > Longest)
            {
                entry.View = await reader.ReadAsync(grid, cancel);
            }
            return entry.View;
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    private sealed class Entry(ChangeFeed.Subscription changed)
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public ChangeFeed.Subscription Changed { get; } = changed;

        public GridView? View { get; set; }
    }
}
