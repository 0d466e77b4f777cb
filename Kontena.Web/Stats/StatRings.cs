using System.Collections.Concurrent;
using Kontena.Core.Logs;
using Kontena.Core.Stats;
using Kontena.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Stats;

/// <summary>One instance's statistics in memory.</summary>
internal sealed class InstanceRing(Guid instance, Guid grid, Guid node, Guid service, int number)
{
    public Guid InstanceId => instance;

    public Guid GridId => grid;

    public Guid NodeId => node;

    public Guid ServiceId => service;

    public int Number => number;

    public StatBuffer<StatSample, StatPoint> Points { get; } = new(s => s.At, p => p.At, StatPoint.Between, StatPoint.Merge);
}

/// <summary>One node's statistics in memory.</summary>
internal sealed class NodeRing(Guid node)
{
    public Guid NodeId => node;

    public StatBuffer<NodeStatSample, NodeStatPoint> Points { get; } = new(s => s.At, p => p.At, NodeStatPoint.Between, NodeStatPoint.Merge);
}

/// <summary>The last hour of everything that runs, in memory.</summary>
internal sealed class StatRings(IDbContextFactory<KontenaDb> databases, StatFeed feed, TimeProvider time)
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromHours(1);

    /// <summary>How far an agent's clock may be off before its samples would land in the wrong place of every chart.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<Guid, InstanceRing> _instances = [];
    private readonly ConcurrentDictionary<Guid, NodeRing> _nodes = [];
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _lookedUp = [];

    public IEnumerable<InstanceRing> Instances => _instances.Values;

    public IEnumerable<NodeRing> Nodes => _nodes.Values;

    public InstanceRing? Instance(Guid id) => _instances.GetValueOrDefault(id);

    public NodeRing? Node(Guid id) => _nodes.GetValueOrDefault(id);

    /// <summary>Takes what a node sent. Samples of instances that are not on it are dropped.</summary>
    public async Task TakeAsync(Guid node, Guid grid, TelemetryMessage.Stats message, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var (earliest, latest) = ((now - ClockTolerance).ToUnixTimeMilliseconds(), (now + ClockTolerance).ToUnixTimeMilliseconds());
        await LearnAsync(node, grid, message.Instances, now, cancel);
        foreach (var (instance, samples) in message.Instances)
        {
            if (_instances.TryGetValue(instance, out var ring) && ring.NodeId == node)
            {
                foreach (var sample in samples)
                {
                    if (sample.At >= earliest && sample.At <= latest && ring.Points.Add(sample) is { } point)
                    {
                        feed.Publish(ring, point);
                    }
                }
            }
        }
        if (!message.Node.IsEmpty)
        {
            var ring = _nodes.GetOrAdd(node, id => new(id));
            foreach (var sample in message.Node)
            {
                if (sample.At >= earliest && sample.At <= latest && ring.Points.Add(sample) is { } point)
                {
                    feed.Publish(node, point);
                }
            }
        }
    }

    /// <summary>Instances and nodes that have been silent for an hour go.</summary>
    public void Forget()
    {
        var before = (time.GetUtcNow() - ForgetAfter).ToUnixTimeMilliseconds();
        foreach (var ring in _instances.Values.Where(r => (r.Points.Latest?.At ?? 0) < before))
        {
            _instances.TryRemove(new(ring.InstanceId, ring));
        }
        foreach (var ring in _nodes.Values.Where(r => (r.Points.Latest?.At ?? 0) < before))
        {
            _nodes.TryRemove(new(ring.NodeId, ring));
        }
    }

    /// <summary>Asks the database about instances that are new here or were on another node; not more often than every few seconds.</summary>
    private async Task LearnAsync(Guid node, Guid grid, IReadOnlyList<InstanceSamples> instances, DateTimeOffset now, CancellationToken cancel)
    {
        var unknown = instances.Any(i => !_instances.TryGetValue(i.InstanceId, out var ring) || ring.NodeId != node);
        if (!unknown || (_lookedUp.TryGetValue(node, out var last) && now - last < LookAgainAfter))
        {
            return;
        }
        _lookedUp[node] = now;
        await using var db = await databases.CreateDbContextAsync(cancel);
        var rows = await db.Instances.Where(i => i.NodeId == node && i.GridId == grid).Select(i => new { i.Id, i.ServiceId, i.Number }).ToListAsync(cancel);
        foreach (var row in rows)
        {
            _instances.AddOrUpdate(row.Id, id => new(id, grid, node, row.ServiceId, row.Number),
                (id, known) => known.NodeId == node ? known : new(id, grid, node, row.ServiceId, row.Number));
        }
    }
}
