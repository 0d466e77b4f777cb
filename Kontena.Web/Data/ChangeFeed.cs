using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Kontena.Web.Data;

/// <summary>Says that something in a grid changed, so that whoever shows it looks again. A hint: what changed is in the database.</summary>
internal sealed class ChangeFeed
{
    private readonly ConcurrentDictionary<Subscription, byte> _subscriptions = new();

    /// <param name="grid">Null: something that concerns every grid.</param>
    public void Publish(Guid? grid)
    {
        foreach (var subscription in _subscriptions.Keys)
        {
            subscription.Wake(grid);
        }
    }

    /// <param name="grid">Null: changes of every grid.</param>
    public Subscription Subscribe(Guid? grid)
    {
        var subscription = new Subscription(this, grid);
        _subscriptions[subscription] = 0;
        return subscription;
    }

    /// <summary>Wakes coalesce: however many changes came, one look finds them all.</summary>
    public sealed class Subscription(ChangeFeed feed, Guid? grid) : IDisposable
    {
        private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

        public async Task WaitAsync(CancellationToken cancel) => await _signal.Reader.ReadAsync(cancel);

        /// <summary>Whether anything changed since the last time somebody asked or waited.</summary>
        public bool TryTake() => _signal.Reader.TryRead(out _);

        public void Dispose() => feed._subscriptions.TryRemove(this, out _);

        internal void Wake(Guid? changed)
        {
            if (grid is null || changed is null || grid == changed)
            {
                _signal.Writer.TryWrite(true);
            }
        }
    }
}
