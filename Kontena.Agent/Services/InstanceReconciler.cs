using System.Collections.Concurrent;
using System.Collections.Immutable;
using Kontena.Agent.Docker;
using Kontena.Agent.Master;
using Kontena.Agent.Nodes;
using Kontena.Core.Protocol;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kontena.Agent.Services;

/// <summary>Hands the node's desired set out to one worker per instance: at the start the saved one, later the master's.</summary>
internal sealed partial class InstanceReconciler(
    InstanceTools tools, ManagedContainers containers, EngineHealth engine, OutcastEnd outcasts,
    ReportOutbox outbox, StateStore store, ThisNode node, StartGate gate, TimeProvider time, ILogger<InstanceReconciler> logger)
    : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan FlushEvery = TimeSpan.FromMilliseconds(250);
    private readonly SemaphoreSlim _applying = new(1);
    private readonly ConcurrentDictionary<Guid, InstanceWorker> _workers = [];
    private readonly CancellationTokenSource _stopping = new();
    private ImmutableHashSet<Guid> _listed = [];
    private DesiredSet? _last;
    private ListGuard? _guard;
    private Task _flushing = Task.CompletedTask;
    private bool _containersKnown;

    /// <summary>Of the list that was applied last; 0 for none.</summary>
    public long Generation => Volatile.Read(ref _last)?.Generation ?? 0;

    /// <summary>Of the data that the last list came from.</summary>
    public Guid? DataGeneration => Volatile.Read(ref _last)?.DataGeneration;

    /// <summary>Why the list is not applied whole; null when it is.</summary>
    public string? GuardEngaged { get; private set; }

    /// <summary>Converges to the saved list at once: a restart of this agent or host needs no master.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        var saved = store.Load();
        _flushing = FlushAsync(_stopping.Token);
        if (saved.Set is { } set && node.Current is { } self && self.GridId == set.GridId)
        {
            _guard = new(time, set.DataGeneration);
            SavedListApplied(set.Instances.Length, set.Generation);
            await _applying.WaitAsync(cancel);
            try
            {
                Hand(set, set.Instances);
                Volatile.Write(ref _last, set);
            }
            finally
            {
                _applying.Release();
            }
        }
    }

    public async Task StopAsync(CancellationToken cancel)
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_workers.Values.Select(w => w.DisposeAsync().AsTask()));
        _workers.Clear();
        await _flushing;
        store.Flush();
    }

    public ValueTask DisposeAsync()
    {
        _stopping.Dispose();
        _applying.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The list of containers on the engine is complete: from now on absence means something.</summary>
    public void ContainersKnown() => Volatile.Write(ref _containersKnown, true);

    /// <summary>Something happened to a container of this instance.</summary>
    public void Wake(Guid instance)
    {
        if (_workers.TryGetValue(instance, out var worker))
        {
            worker.Wake();
        }
    }

    public void WakeAll()
    {
        foreach (var worker in _workers.Values)
        {
            worker.Wake();
        }
    }

    /// <summary>This host is another node now: what it ran as the former one is left as it is, and no longer known.</summary>
    public async Task LeaveAsync()
    {
        await _applying.WaitAsync();
        try
        {
            await Task.WhenAll(_workers.Values.Select(w => w.DisposeAsync().AsTask()));
            _workers.Clear();
            (_listed, _guard, GuardEngaged) = ([], null, null);
            Volatile.Write(ref _last, null);
            containers.Replace([]);
            outbox.Clear();
            store.Clear();
        }
        finally
        {
            _applying.Release();
        }
    }

    /// <summary>Applies what the master wants here. Safe to repeat, and to be given an older list: each order has its own number.</summary>
    public async Task ApplyAsync(DesiredSet answer, CancellationToken cancel)
    {
        await _applying.WaitAsync(cancel);
        try
        {
            var self = await node.WaitAsync(cancel);
            var set = answer.Unchanged ? _last : answer;
            if (set is null)
            {
                return;
            }
            if (set.GridId != self.GridId)
            {
                ForeignList(set.Grid);
                return;
            }
            if (gate.MasterHeard())
            {
                WakeAll();
            }
            _guard ??= new(time, null);
            var managed = containers.Current.Containers.Values;
            var present = managed.Select(c => c.InstanceId).ToHashSet();
            var known = Volatile.Read(ref _containersKnown) && engine.Problem is null;
            var verdict = known
                ? _guard.Judge(set, present, managed.Where(c => c.Running).Select(c => c.InstanceId).ToHashSet())
                : new GuardVerdict(set.DataGeneration != (_last?.DataGeneration ?? set.DataGeneration), null, []);
            Tell(verdict.Engaged);
            if (verdict.PositiveOnly)
            {
                // Not kept: the next start must find the list that was applied whole.
                Hand(set, !known ? [] : [.. set.Instances.Where(i =>
                    i.Desired is DesiredState.Running && !present.Contains(i.InstanceId) && !_workers.ContainsKey(i.InstanceId))]);
                return;
            }
            if (!answer.Unchanged)
            {
                if (_last is { } before && before.DataGeneration != set.DataGeneration)
                {
                    outbox.Clear();
                }
                Hand(set, set.Instances);
                store.Keep(set);
                Volatile.Write(ref _last, set);
            }
            await DropGoneAsync();
            if (known)
            {
                ConfirmSuperseded(set);
            }
            foreach (var instance in verdict.End)
            {
                await EndAsync(instance, self, cancel);
            }
        }
        finally
        {
            _applying.Release();
        }
    }

    private void Hand(DesiredSet set, ImmutableArray<InstanceOrder> orders)
    {
        _listed = [.. set.Instances.Select(i => i.InstanceId)];
        var sameHistory = _last?.DataGeneration is null || _last.DataGeneration == set.DataGeneration;
        foreach (var order in Newest(orders))
        {
            if (_workers.TryGetValue(order.InstanceId, out var worker))
            {
                if (!sameHistory || !IsOlder(order, worker.Order))
                {
                    worker.Want(order, set.Network);
                }
            }
            else
            {
                _workers[order.InstanceId] = new(order, set.Network, tools, id => _listed.Contains(id));
            }
        }
    }

    /// <summary>Terminated instances that the list no longer names: the master has understood.</summary>
    private async Task DropGoneAsync()
    {
        foreach (var (id, worker) in _workers.ToArray())
        {
            if (!_listed.Contains(id) && worker.Order.Desired is DesiredState.Terminated
                && outbox.LatestOf(id, worker.Order.Epoch) is { State: InstanceState.Terminated, Error: null } && _workers.TryRemove(id, out _))
            {
                await worker.DisposeAsync();
                outbox.Forget(id, worker.Order.Epoch);
                store.Forget(id);
            }
        }
    }

    /// <summary>
    /// An instance that left this node and came back stands in the list twice: as the tombstone of its old epoch and as its present
    /// order. The present one replaces the old container; when that is gone, the tombstone is confirmed.
    /// </summary>
    private void ConfirmSuperseded(DesiredSet set)
    {
        foreach (var order in set.Instances.Except(Newest(set.Instances)).Where(o => o.Desired is DesiredState.Terminated))
        {
            if (!containers.Current.Containers.Values.Any(c => c.InstanceId == order.InstanceId && c.Epoch <= order.Epoch))
            {
                outbox.Put(new() { InstanceId = order.InstanceId, Epoch = order.Epoch, DeployRev = order.DeployRev, State = InstanceState.Terminated });
            }
        }
        foreach (var (id, worker) in _workers)
        {
            outbox.ForgetSuperseded(id, worker.Order.Epoch, set.Instances.Where(o => o.InstanceId == id).Select(o => o.Epoch));
        }
    }

    /// <summary>One order per instance: the one of the highest epoch.</summary>
    private static IEnumerable<InstanceOrder> Newest(ImmutableArray<InstanceOrder> orders) =>
        orders.GroupBy(o => o.InstanceId).Select(g => g.MaxBy(o => o.Epoch)!);

    private async Task EndAsync(Guid instance, NodeContext self, CancellationToken cancel)
    {
        if (_workers.TryRemove(instance, out var worker))
        {
            await worker.DisposeAsync();
            outbox.Forget(instance, worker.Order.Epoch);
            store.Forget(instance);
        }
        foreach (var container in containers.Current.Containers.Values.Where(c => c.InstanceId == instance))
        {
            var found = await tools.Engine.FindContainerAsync(container.Id, cancel);
            if (found is not null && self.Proof.Identify(found.Name, found.Labels) is { Hook: false } identity)
            {
                await outcasts.RunAsync(container, identity, cancel);
            }
        }
    }

    private static bool IsOlder(InstanceOrder order, InstanceOrder than) =>
        order.Epoch < than.Epoch || (order.Epoch == than.Epoch && order.DeployRev < than.DeployRev);

    private void Tell(string? engaged)
    {
        if (engaged is not null && engaged != GuardEngaged)
        {
            GuardIsEngaged(engaged);
        }
        GuardEngaged = engaged;
    }

    private async Task FlushAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(FlushEvery, time, stopping);
                store.Flush();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                StateNotSaved(e.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Converging to the saved list: {Instances} instances, generation {Generation}")]
    private partial void SavedListApplied(int instances, long generation);

    [LoggerMessage(LogLevel.Error, "The master sent the list of another grid ({Grid}); it is ignored")]
    private partial void ForeignList(string grid);

    [LoggerMessage(LogLevel.Error, "{Why}")]
    private partial void GuardIsEngaged(string why);

    [LoggerMessage(LogLevel.Error, "The state cannot be saved: {Why}. Free space in the data folder or mend its permissions")]
    private partial void StateNotSaved(string why);
}
