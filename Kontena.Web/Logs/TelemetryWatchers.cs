using System.Collections.Immutable;

namespace Kontena.Web.Logs;

/// <summary>Which services somebody looks at, so that their agents send unsealed lines and more frequent samples.</summary>
internal sealed class TelemetryWatchers
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(Guid Grid, Guid Service), int> _watched = [];

    /// <summary>A service of that grid is watched that was not, or the other way round.</summary>
    public event Action<Guid>? Changed;

    public ImmutableArray<Guid> Of(Guid grid)
    {
        lock (_gate)
        {
            return [.. _watched.Keys.Where(w => w.Grid == grid).Select(w => w.Service).Order()];
        }
    }

    public bool IsWatched(Guid grid, Guid service)
    {
        lock (_gate)
        {
            return _watched.ContainsKey((grid, service));
        }
    }

    /// <summary>Watches until disposed.</summary>
    public IDisposable Watch(Guid grid, Guid service)
    {
        Count((grid, service), +1);
        return new Watching(this, (grid, service));
    }

    private void Count((Guid Grid, Guid Service) watched, int by)
    {
        int now;
        lock (_gate)
        {
            now = _watched.GetValueOrDefault(watched) + by;
            if (now == 0)
            {
                _watched.Remove(watched);
            }
            else
            {
                _watched[watched] = now;
            }
        }
        if (now == 0 || (now == 1 && by == 1))
        {
            Changed?.Invoke(watched.Grid);
        }
    }

    private sealed class Watching(TelemetryWatchers watchers, (Guid, Guid) watched) : IDisposable
    {
        private int _ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                watchers.Count(watched, -1);
            }
        }
    }
}
