using System.Collections.Immutable;

namespace Kontena.Agent.Services;

/// <summary>One container that is proven ours, running or ended but not yet removed.</summary>
/// <param name="Id">The engine's full container id.</param>
/// <param name="DeployRev">Of the deploy that created the container.</param>
/// <param name="StartedAt">When its present or last process started; null before the first start.</param>
/// <param name="Pid">Of its main process on the host; 0 while it does not run. Leads to its cgroups and network namespace.</param>
/// <param name="MemoryLimitBytes">0: none.</param>
/// <param name="LogDriver">A driver other than <c>json-file</c>, <c>local</c> or <c>journald</c> keeps its log elsewhere.</param>
/// <param name="Tty">Its log has one undivided stream.</param>
internal sealed record ManagedContainer(
    string Id, string Name, Guid InstanceId, Guid ServiceId, string Stack, string Service, int Number, long Epoch, long DeployRev,
    bool Running, DateTimeOffset? StartedAt, int Pid, long MemoryLimitBytes, string LogDriver, bool Tty);

/// <summary>The managed containers of this host as last seen, for whoever follows their logs and statistics.</summary>
/// <remarks>Read <see cref="Current"/>, work with it, then wait for a version other than the one that was read.</remarks>
internal sealed class ManagedContainers
{
    private readonly Lock _gate = new();
    private Snapshot _current = new(0, ImmutableDictionary<string, ManagedContainer>.Empty);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>By container id.</summary>
    internal sealed record Snapshot(long Version, ImmutableDictionary<string, ManagedContainer> Containers);

    public Snapshot Current => Volatile.Read(ref _current);

    /// <summary>Returns at once when the current version is not <paramref name="seen"/>, else after the next change.</summary>
    public async Task<Snapshot> WaitForChangeAsync(long seen, CancellationToken cancel)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_current.Version != seen)
                {
                    return _current;
                }
                changed = _changed.Task;
            }
            await changed.WaitAsync(cancel);
        }
    }

    public void Replace(IEnumerable<ManagedContainer> containers) =>
        Change(_ => containers.ToImmutableDictionary(c => c.Id));

    public void Put(ManagedContainer container) => Change(all => all.SetItem(container.Id, container));

    public void Remove(string id) => Change(all => all.Remove(id));

    private void Change(Func<ImmutableDictionary<string, ManagedContainer>, ImmutableDictionary<string, ManagedContainer>> change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            var after = change(_current.Containers);
            if (Same(_current.Containers, after))
            {
                return;
            }
            Volatile.Write(ref _current, new(_current.Version + 1, after));
            (changed, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        changed.SetResult();
    }

    private static bool Same(ImmutableDictionary<string, ManagedContainer> before, ImmutableDictionary<string, ManagedContainer> after) =>
        before.Count == after.Count && after.All(pair => before.TryGetValue(pair.Key, out var old) && old == pair.Value);
}
