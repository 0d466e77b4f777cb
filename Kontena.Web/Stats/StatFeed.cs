using System.Collections.Concurrent;
using Kontena.Core.Stats;
using Kontena.Core.Streams;

namespace Kontena.Web.Stats;

/// <summary>Hands new points to those who look at a service's or a node's charts.</summary>
internal sealed class StatFeed
{
    private const int MostWaiting = 5_000;

    private readonly ConcurrentDictionary<(Guid Subject, object Subscriber), Action<InstanceRing?, object>> _subscribers = [];

    public Subscription<(int Number, StatPoint Point)> SubscribeService(Guid service)
    {
        var subscription = new Subscription<(int, StatPoint)>(this, service, MostWaiting);
        _subscribers[(service, subscription)] = (ring, point) => subscription.Points.Add((ring!.Number, (StatPoint)point));
        return subscription;
    }

    public Subscription<NodeStatPoint> SubscribeNode(Guid node)
    {
        var subscription = new Subscription<NodeStatPoint>(this, node, MostWaiting);
        _subscribers[(node, subscription)] = (_, point) => subscription.Points.Add((NodeStatPoint)point);
        return subscription;
    }

    public void Publish(InstanceRing ring, StatPoint point) => Publish(ring.ServiceId, ring, point);

    public void Publish(Guid node, NodeStatPoint point) => Publish(node, null, point);

    private void Publish(Guid subject, InstanceRing? ring, object point)
    {
        foreach (var (key, take) in _subscribers)
        {
            if (key.Subject == subject)
            {
                take(ring, point);
            }
        }
    }

    /// <summary>A chart that cannot follow misses the oldest points; nothing counts them, the next window has them.</summary>
    internal sealed class Subscription<T>(StatFeed feed, Guid subject, int most) : IDisposable
    {
        public BoundedBuffer<T> Points { get; } = new(most, _ => 1);

        public void Dispose()
        {
            feed._subscribers.TryRemove((subject, this), out _);
            Points.Complete();
        }
    }
}
