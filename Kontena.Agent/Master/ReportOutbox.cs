using Kontena.Core.Protocol;

namespace Kontena.Agent.Master;

/// <summary>
/// Reports that the master has not acknowledged yet. Bounded by the number of instances: a newer report about an instance
/// takes the place of the older one. An instance that came back to this node is another one than the one that must end here.
/// </summary>
internal sealed class ReportOutbox
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(Guid Instance, long Epoch), InstanceReport> _latest = [];
    private readonly HashSet<(Guid Instance, long Epoch)> _waiting = [];
    private TaskCompletionSource _filled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    public InstanceReport? LatestOf(Guid instance, long epoch)
    {
        lock (_gate)
        {
            return _latest.GetValueOrDefault((instance, epoch));
        }
    }

    /// <summary>An unchanged report is not sent again; one about an older deploy never takes the place of a newer one.</summary>
    public void Put(InstanceReport report)
    {
        lock (_gate)
        {
            var key = (report.InstanceId, report.Epoch);
            if (_latest.TryGetValue(key, out var before) && (report.DeployRev < before.DeployRev || Same(report, before)))
            {
                return;
            }
            _latest[key] = report;
            _waiting.Add(key);
            _filled.TrySetResult();
        }
    }

    /// <summary>The instance is gone for good, and the master knows.</summary>
    public void Forget(Guid instance, long epoch)
    {
        lock (_gate)
        {
            _latest.Remove((instance, epoch));
            _waiting.Remove((instance, epoch));
        }
    }

    /// <summary>Drops what was said about epochs of an instance that the list no longer names.</summary>
    public void ForgetSuperseded(Guid instance, long present, IEnumerable<long> listed)
    {
        lock (_gate)
        {
            var keep = listed.Append(present).ToHashSet();
            foreach (var key in _latest.Keys.Where(k => k.Instance == instance && !keep.Contains(k.Epoch)).ToList())
            {
                _latest.Remove(key);
                _waiting.Remove(key);
            }
        }
    }

    /// <summary>The master's history is another one: what was reported in the old one orders nothing any more.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _latest.Clear();
            _waiting.Clear();
        }
    }

    /// <summary>A new connection, or a minute has passed: the master is told everything again.</summary>
    public void SendAllAgain()
    {
        lock (_gate)
        {
            _waiting.UnionWith(_latest.Keys);
            if (_waiting.Count > 0)
            {
                _filled.TrySetResult();
            }
        }
    }

    /// <summary>Waits until something is to be sent, and gives it; it stays here until <see cref="Acknowledge"/>.</summary>
    public async Task<InstanceReport[]> NextAsync(int atMost, CancellationToken cancel)
    {
        while (true)
        {
            Task filled;
            lock (_gate)
            {
                if (_waiting.Count > 0)
                {
                    return [.. _waiting.Take(atMost).Select(id => _latest[id])];
                }
                if (_filled.Task.IsCompleted)
                {
                    _filled = new(TaskCreationOptions.RunContinuationsAsynchronously);
                }
                filled = _filled.Task;
            }
            await filled.WaitAsync(cancel);
        }
    }

    /// <summary>The master has these. A report that was replaced meanwhile still waits.</summary>
    public void Acknowledge(IEnumerable<InstanceReport> sent)
    {
        lock (_gate)
        {
            foreach (var report in sent)
            {
                var key = (report.InstanceId, report.Epoch);
                if (_latest.TryGetValue(key, out var latest) && ReferenceEquals(latest, report))
                {
                    _waiting.Remove(key);
                }
            }
        }
    }

    private static bool Same(InstanceReport a, InstanceReport b) =>
        a.OneshotsDone.SequenceEqual(b.OneshotsDone) && a with { OneshotsDone = b.OneshotsDone } == b;
}
