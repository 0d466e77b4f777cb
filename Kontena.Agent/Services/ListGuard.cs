using System.Collections.Immutable;
using Kontena.Core.Protocol;

namespace Kontena.Agent.Services;

/// <param name="PositiveOnly">Start what is missing; change and end nothing.</param>
/// <param name="Engaged">Why the list is not applied whole; null when it is.</param>
/// <param name="End">Instances that were unlisted long enough: their containers may end.</param>
internal sealed record GuardVerdict(bool PositiveOnly, string? Engaged, ImmutableArray<Guid> End);

/// <summary>Keeps a short, stale or foreign list from ending what runs here.</summary>
/// <remarks>
/// docs/protocol.md, guard. Tombstones and stops are explicit orders and pass; what is guarded against is absence, and a
/// database of another history.
/// </remarks>
internal sealed class ListGuard(TimeProvider time, Guid? knownGeneration)
{
    private const int ListsBeforeEnd = 3;
    private const int FewInstances = 3;
    private static readonly TimeSpan TimeBeforeEnd = TimeSpan.FromMinutes(5);
    private readonly Dictionary<Guid, (int Lists, DateTimeOffset Since)> _unlisted = [];
    private Guid? _generation = knownGeneration;

    /// <param name="running">Instances with a proven, running container on this host.</param>
    /// <param name="present">Instances with a proven container, running or not.</param>
    public GuardVerdict Judge(DesiredSet set, IReadOnlySet<Guid> present, IReadOnlySet<Guid> running)
    {
        _generation ??= set.DataGeneration;
        if (set.DataGeneration != _generation)
        {
            if (!set.EndingsConfirmed)
            {
                _unlisted.Clear();
                return new(true, "The master's database has another history than the one that this node knows; perhaps an older one was restored. "
                    + "Nothing is ended or replaced here until a person confirms the list.", []);
            }
            _generation = set.DataGeneration;
        }
        var listed = set.Instances.Select(i => i.InstanceId).ToHashSet();
        var unlisted = present.Where(i => !listed.Contains(i)).ToList();
        foreach (var back in _unlisted.Keys.Where(i => !unlisted.Contains(i)).ToList())
        {
            _unlisted.Remove(back);
        }
        var now = time.GetUtcNow();
        foreach (var instance in unlisted)
        {
            _unlisted[instance] = _unlisted.TryGetValue(instance, out var seen) ? (seen.Lists + 1, seen.Since) : (1, now);
        }
        var ending = unlisted.Count(running.Contains);
        if (ending >= FewInstances && ending * 2 > running.Count && !set.EndingsConfirmed)
        {
            return new(false, $"The master's list no longer names {ending} of the {running.Count} instances that run on this node. "
                + "They are left running until a person confirms the list, or it names them again.", []);
        }
        return new(false, null,
            [.. _unlisted.Where(u => u.Value.Lists >= ListsBeforeEnd && now - u.Value.Since >= TimeBeforeEnd).Select(u => u.Key).Order()]);
    }
}
