using System.Collections.Concurrent;
using Kontena.Core.Logs;
using Kontena.Core.Streams;

namespace Kontena.Web.Logs;

/// <summary>Hands lines to those who follow a service at this moment. Lines that nobody follows are never decompressed.</summary>
internal sealed class LogFeed(LogStreams streams, TelemetryWatchers watchers)
{
    private readonly ConcurrentDictionary<Guid, Topic> _topics = [];

    /// <summary>Services that somebody follows at this master.</summary>
    public IReadOnlyCollection<Guid> Followed() => [.. _topics.Keys];

    /// <summary>From now on every new line comes exactly once. What was stored before is the reader's; what agents hold unsealed comes first.</summary>
    public async Task<LogSubscription> SubscribeAsync(Guid grid, Guid service, int? number, CancellationToken cancel)
    {
        var known = await streams.OfServiceAsync(service, cancel);
        while (true)
        {
            var topic = _topics.GetOrAdd(service, _ => new());
            var subscription = new LogSubscription(number);
            lock (topic)
            {
                if (topic.Ended)
                {
                    continue; // the last follower left a moment ago; a fresh topic takes its place
                }
                foreach (var stream in known)
                {
                    subscription.Expect(stream, stream.Position().Sequence + 1);
                }
                foreach (var (stream, tail) in topic.Tails)
                {
                    subscription.Take(stream, tail.Sequence, 0, tail.Lines, isBlock: false);
                }
                topic.Subscribers.Add(subscription);
            }
            var watching = watchers.Watch(grid, service);
            subscription.OnDispose(() =>
            {
                lock (topic)
                {
                    topic.Subscribers.Remove(subscription);
                    if (topic.Subscribers.Count == 0)
                    {
                        topic.Ended = true;
                        _topics.TryRemove(new(service, topic));
                    }
                }
                watching.Dispose();
            });
            return subscription;
        }
    }

    /// <summary>A block has become durable.</summary>
    public void Publish(LogStream stream, LogBlockHeader header, ReadOnlyMemory<byte> bytes)
    {
        if (!_topics.TryGetValue(stream.ServiceId, out var topic))
        {
            return;
        }
        var lines = LogBlock.Open(bytes.Span).Value?.Lines ?? []; // a damaged one is the reader's to report
        lock (topic)
        {
            if (topic.Tails.TryGetValue(stream, out var tail) && tail.Sequence <= header.Sequence)
            {
                topic.Tails.Remove(stream);
            }
            foreach (var subscriber in topic.Subscribers)
            {
                subscriber.Take(stream, header.Sequence, 0, lines, isBlock: true);
            }
        }
    }

    /// <summary>Lines of a block that is not sealed yet.</summary>
    public void Publish(LogStream stream, TelemetryMessage.Tail message)
    {
        if (!_topics.TryGetValue(stream.ServiceId, out var topic))
        {
            return;
        }
        lock (topic)
        {
            if (!topic.Tails.TryGetValue(stream, out var tail) || tail.Sequence != message.Sequence)
            {
                if (message.First != 0 || message.Sequence != stream.Position().Sequence + 1)
                {
                    return; // its beginning is not here: the sealed block brings all of it
                }
                topic.Tails[stream] = tail = new(message.Sequence);
            }
            if (!tail.Add(message))
            {
                return;
            }
            foreach (var subscriber in topic.Subscribers)
            {
                subscriber.Take(stream, message.Sequence, message.First, message.Lines, isBlock: false);
            }
        }
    }

    private sealed class Topic
    {
        public List<LogSubscription> Subscribers { get; } = [];

        /// <summary>The unsealed blocks, for whoever comes in their middle.</summary>
        public Dictionary<LogStream, Tail> Tails { get; } = [];

        public bool Ended { get; set; }
    }

    private sealed class Tail(long sequence)
    {
        private int _bytes;

        public long Sequence { get; } = sequence;

        public List<LogLine> Lines { get; } = [];

        /// <returns>False when it does not join on, or is longer than any block.</returns>
        public bool Add(TelemetryMessage.Tail more)
        {
            if (more.First > Lines.Count)
            {
                return false;
            }
            foreach (var line in more.Lines.Skip(Lines.Count - more.First))
            {
                _bytes += line.Text.Length + 3;
                if (_bytes > LogBlock.RawLimit)
                {
                    return false;
                }
                Lines.Add(line with { Text = line.Text.ToArray() }); // the frame's buffer is used again
            }
            return true;
        }
    }
}

/// <summary>What one follower has coming. Too slow, it loses the oldest, counted.</summary>
internal sealed class LogSubscription(int? number) : IDisposable
{
    private const long MostWaitingBytes = 4 << 20;

    private readonly Dictionary<LogStream, (long Sequence, int Index)> _next = [];
    private readonly BoundedBuffer<LogEntry[]> _waiting = new(MostWaitingBytes, some => some.Sum(e => e.Line.Text.Length + 64), some => some.Length);
    private Action? _dispose;

    public ValueTask<bool> WaitAsync(CancellationToken cancel) => _waiting.WaitAsync(cancel);

    /// <summary>Lines of some hundred KiB at most, and how many were lost before them.</summary>
    public (IReadOnlyList<LogEntry> Entries, long Lost) Take()
    {
        var (some, lost) = _waiting.Take(256 << 10);
        return ([.. some.SelectMany(s => s)], lost);
    }

    public void Dispose()
    {
        _waiting.Complete();
        Interlocked.Exchange(ref _dispose, null)?.Invoke();
    }

    internal void OnDispose(Action dispose) => _dispose = dispose;

    internal void Expect(LogStream stream, long sequence) => _next[stream] = (sequence, 0);

    /// <summary>Called under the topic's lock, so ranges of a stream come one after another.</summary>
    internal void Take(LogStream stream, long sequence, int first, IReadOnlyList<LogLine> lines, bool isBlock)
    {
        if (number is not null && stream.Number != number)
        {
            return;
        }
        var next = _next.GetValueOrDefault(stream, (1, 0));
        if (sequence < next.Sequence || (!isBlock && (sequence != next.Sequence || first > next.Index)))
        {
            return; // had already, or not joined to what was had: the block brings it
        }
        var from = sequence == next.Sequence ? Math.Max(0, next.Index - first) : 0;
        _next[stream] = isBlock ? (sequence + 1, 0) : (sequence, Math.Max(next.Index, first + lines.Count));
        if (from < lines.Count)
        {
            var entries = new LogEntry[lines.Count - from];
            for (var i = 0; i < entries.Length; i++)
            {
                var line = lines[from + i];
                entries[i] = new(new(line.At, stream.Id, sequence, first + from + i), stream.Number, isBlock ? line : line with { Text = line.Text.ToArray() });
            }
            _waiting.Add(entries);
        }
    }
}
