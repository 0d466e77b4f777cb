namespace Kontena.Core.Streams;

/// <summary>A queue between one who must never wait and one who may be slow: over its limit the oldest entries go, and are counted.</summary>
/// <remarks>Any number of writers, one reader.</remarks>
/// <param name="limit">Total weight that may wait.</param>
/// <param name="weight">Weight of an entry, at least 1: 1 for a limit in entries, its size for one in bytes.</param>
/// <param name="units">How many lost things a dropped entry counts as.</param>
public sealed class BoundedBuffer<T>(long limit, Func<T, int> weight, Func<T, int>? units = null)
{
    private readonly Lock _gate = new();
    private readonly Queue<(T Entry, int Weight)> _waiting = [];
    private TaskCompletionSource? _reader;
    private long _held;
    private long _dropped;
    private bool _completed;

    public void Add(T entry)
    {
        TaskCompletionSource? wake;
        lock (_gate)
        {
            if (_completed)
            {
                return;
            }
            var added = Math.Max(1, weight(entry));
            _waiting.Enqueue((entry, added));
            _held += added;
            while (_held > limit && _waiting.Count > 1)
            {
                var (oldest, lost) = _waiting.Dequeue();
                _held -= lost;
                _dropped += units?.Invoke(oldest) ?? 1;
            }
            (wake, _reader) = (_reader, null);
        }
        wake?.TrySetResult();
    }

    /// <summary>No more entries come; the reader gets what waits and then the end.</summary>
    public void Complete()
    {
        TaskCompletionSource? wake;
        lock (_gate)
        {
            _completed = true;
            (wake, _reader) = (_reader, null);
        }
        wake?.TrySetResult();
    }

    /// <summary>Waits until something is there; false when nothing will ever be again.</summary>
    public async ValueTask<bool> WaitAsync(CancellationToken cancel)
    {
        while (true)
        {
            Task waiting;
            lock (_gate)
            {
                if (_waiting.Count > 0 || _dropped > 0)
                {
                    return true;
                }
                if (_completed)
                {
                    return false;
                }
                _reader ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
                waiting = _reader.Task;
            }
            await waiting.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Takes what waits, at most <paramref name="atMost"/> in weight but at least one entry, and how many were lost before it.</summary>
    public (List<T> Entries, long Dropped) Take(long atMost = long.MaxValue)
    {
        lock (_gate)
        {
            var entries = new List<T>();
            var taken = 0L;
            while (_waiting.TryPeek(out var next) && (entries.Count == 0 || taken + next.Weight <= atMost))
            {
                _waiting.Dequeue();
                _held -= next.Weight;
                taken += next.Weight;
                entries.Add(next.Entry);
            }
            var dropped = _dropped;
            _dropped = 0;
            return (entries, dropped);
        }
    }
}
