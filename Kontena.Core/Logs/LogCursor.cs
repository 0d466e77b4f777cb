using Kontena.Core.Streams;

namespace Kontena.Core.Logs;

/// <summary>How far one container's log was read from its engine, for each source on its own.</summary>
/// <remarks>
/// A timestamp alone is no position: the engine cuts a long line into records that all carry the time of the first, so the
/// records of the last time are counted. The sources are kept apart because only within one of them do times never fall:
/// the engine stamps both independently and may write them down in the other order.
/// </remarks>
/// <param name="StdoutAt">Time of the last record read, nanoseconds since 1970; 0 for none.</param>
/// <param name="StdoutRecords">How many records of exactly that time were read.</param>
public readonly record struct LogCursor(long StdoutAt, int StdoutRecords, long StderrAt, int StderrRecords)
{
    public const int Size = 24;

    /// <summary>What the engine wrote down later is not older than this by more than a moment.</summary>
    public long LatestAt => Math.Max(StdoutAt, StderrAt);

    /// <summary>The cursor after one more record.</summary>
    public LogCursor After(LogSource source, long at) => source is LogSource.Stderr
        ? this with { StderrAt = at, StderrRecords = at == StderrAt ? StderrRecords + 1 : 1 }
        : this with { StdoutAt = at, StdoutRecords = at == StdoutAt ? StdoutRecords + 1 : 1 };

    /// <summary>This cursor for one source, the other one's for the other.</summary>
    public LogCursor With(LogSource source, LogCursor other) => source is LogSource.Stderr
        ? this with { StderrAt = other.StderrAt, StderrRecords = other.StderrRecords }
        : this with { StdoutAt = other.StdoutAt, StdoutRecords = other.StdoutRecords };

    public void Write(WireWriter writer)
    {
        writer.Int64(StdoutAt);
        writer.Int32(StdoutRecords);
        writer.Int64(StderrAt);
        writer.Int32(StderrRecords);
    }

    public static LogCursor Read(ref WireReader reader) => new(reader.Int64(), reader.Int32(), reader.Int64(), reader.Int32());
}

/// <summary>Drops what was read before when an engine's log is read again from a little earlier.</summary>
public sealed class LogCursorFilter(LogCursor start)
{
    private int _stdoutSeen;
    private int _stderrSeen;

    /// <summary>Whether this record lies behind the cursor. Ask once for each record, in the engine's order.</summary>
    public bool IsNew(LogSource source, long at)
    {
        var (readAt, readRecords) = source is LogSource.Stderr
            ? (start.StderrAt, start.StderrRecords)
            : (start.StdoutAt, start.StdoutRecords);
        if (at != readAt)
        {
            return at > readAt;
        }
        ref var seen = ref source is LogSource.Stderr ? ref _stderrSeen : ref _stdoutSeen;
        return ++seen > readRecords;
    }
}
