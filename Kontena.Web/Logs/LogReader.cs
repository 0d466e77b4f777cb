using Kontena.Core.Logs;

namespace Kontena.Web.Logs;

/// <summary>A line with its place.</summary>
/// <param name="Number">Of the instance that wrote it.</param>
internal readonly record struct LogEntry(LogLineId Id, int Number, LogLine Line);

/// <param name="Number">Of one instance; null for all.</param>
/// <param name="Before">Only lines before this one; null for the latest.</param>
/// <param name="FromAt">Nanoseconds since 1970, included.</param>
/// <param name="ToAt">Included.</param>
/// <param name="Matches">Null: every line.</param>
internal sealed record LogQuery(
    Guid Service, int? Number, LogLineId? Before, long FromAt, long ToAt, int Count, Predicate<LogLine>? Matches = null);

/// <param name="Entries">In their order, the latest last.</param>
/// <param name="More">There may be earlier ones.</param>
/// <param name="OutOfTime">The search ended before it had seen everything that was asked for.</param>
internal sealed record LogEntries(IReadOnlyList<LogEntry> Entries, bool More, bool OutOfTime);

/// <summary>Reads stored lines of a service backwards, the instances merged.</summary>
internal sealed partial class LogReader(ILogStore store, LogStreams streams, ILogger<LogReader> logger)
{
    /// <summary>Text in one answer; a page of huge lines is shorter.</summary>
    private const long MostTextBytes = 4 << 20;

    /// <param name="enough">Ends the search with what was found so far.</param>
    public async Task<LogEntries> ReadAsync(LogQuery query, CancellationToken enough, CancellationToken cancel)
    {
        var known = (await streams.OfServiceAsync(query.Service, cancel)).ToDictionary(s => s.Key);
        var latest = new PriorityQueue<LogEntry, LogLineId>(query.Count + 1); // the earliest on top
        var toAt = Math.Min(query.ToAt, query.Before?.At ?? long.MaxValue);
        var (more, outOfTime) = (false, false);
        await foreach (var chunk in store.FindAsync(query.Service, query.FromAt, toAt, cancel))
        {
            if (latest.Count == query.Count && latest.Peek().Id.At > chunk.LastAt)
            {
                more = true;
                break; // chunks come by their latest line: none that follows has a later one
            }
            if (enough.IsCancellationRequested)
            {
                outOfTime = true;
                break;
            }
            foreach (var block in await chunk.ReadAsync(cancel))
            {
                if (LogBlockHeader.TryRead(block.Span, out var header) && known.TryGetValue(header.Stream, out var stream)
                    && (query.Number is null || query.Number == stream.Number)
                    && header.LastAt >= query.FromAt && header.FirstAt <= toAt)
                {
                    more |= Collect(block, stream, query, toAt, latest);
                }
            }
        }
        var entries = new List<LogEntry>(latest.Count);
        while (latest.TryDequeue(out var entry, out _))
        {
            entries.Add(entry);
        }
        return Bounded(entries, more || outOfTime, outOfTime);
    }

    /// <returns>A line fell out, so there are earlier ones.</returns>
    private bool Collect(ReadOnlyMemory<byte> bytes, LogStream stream, LogQuery query, long toAt, PriorityQueue<LogEntry, LogLineId> latest)
    {
        if (LogBlock.Open(bytes.Span) is not { Ok: true, Value: { } block })
        {
            BlockDamaged(stream.Key.ToString());
            return false;
        }
        var fell = false;
        for (var i = 0; i < block.Lines.Length; i++)
        {
            ref readonly var line = ref block.Lines[i];
            var id = new LogLineId(line.At, stream.Id, block.Header.Sequence, i);
            if (line.At < query.FromAt || line.At > toAt || (query.Before is { } before && id.CompareTo(before) >= 0))
            {
                continue;
            }
            if (latest.Count == query.Count && id.CompareTo(latest.Peek().Id) < 0)
            {
                fell |= query.Matches is null; // of a search nobody knows whether it would have matched
                fell |= !fell && query.Matches!(line);
                continue;
            }
            if (query.Matches?.Invoke(line) is false)
            {
                continue;
            }
            var copy = line with { Text = line.Text.ToArray() }; // or one line would keep its whole block
            if (latest.Count == query.Count)
            {
                latest.DequeueEnqueue(new(id, stream.Number, copy), id);
                fell = true;
            }
            else
            {
                latest.Enqueue(new(id, stream.Number, copy), id);
            }
        }
        return fell;
    }

    private static LogEntries Bounded(List<LogEntry> entries, bool more, bool outOfTime)
    {
        var text = 0L;
        for (var i = entries.Count - 1; i >= 0; i--)
        {
            text += entries[i].Line.Text.Length;
            if (text > MostTextBytes && i < entries.Count - 1)
            {
                return new(entries[(i + 1)..], More: true, outOfTime);
            }
        }
        return new(entries, more, outOfTime);
    }

    [LoggerMessage(LogLevel.Error, "A stored block of log stream {Stream} is damaged; its lines are left out")]
    private partial void BlockDamaged(string stream);
}
