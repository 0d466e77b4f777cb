using System.Buffers;
using Kontena.Core.Logs;

namespace Kontena.Agent.Logs;

/// <summary>Joins the engine's parts to lines of at most 64 KiB and knows, for each line, how far the log was read with it.</summary>
/// <remarks>
/// A line's text is valid only during the call of <paramref name="emit"/>. A cursor never points into a record: when one
/// record alone is longer than a line may be, its parts but the last carry the cursor before it.
/// </remarks>
/// <param name="tty">A terminal ends its lines with a carriage return as well, which is no part of the line.</param>
internal sealed class LineAssembler(LogCursor start, Action<LogLine, LogCursor> emit, bool tty = false)
{
    private readonly Pending _stdout = new();
    private readonly Pending _stderr = new();
    private LogCursor _cursor = start;

    /// <summary>Time of the oldest line whose end was not read yet; null when there is none.</summary>
    public long? UnfinishedAt => (_stdout.Any, _stderr.Any) switch
    {
        (true, true) => Math.Min(_stdout.At, _stderr.At),
        (true, false) => _stdout.At,
        (false, true) => _stderr.At,
        _ => null,
    };

    public void Take(in EngineRecord record)
    {
        var pending = record.Source is LogSource.Stderr ? _stderr : _stdout;
        var text = record.Text;
        if (!pending.Any)
        {
            (pending.At, pending.Cursor) = (record.At, _cursor);
            if (record.EndsLine && text.IsSingleSegment && text.Length <= LogLineCodec.LongestText)
            {
                _cursor = _cursor.After(record.Source, record.At);
                emit(new(record.At, record.Source, Partial: false, Trimmed(text.First)), _cursor);
                return;
            }
        }
        while (pending.Text.WrittenCount + text.Length > LogLineCodec.LongestText)
        {
            var room = LogLineCodec.LongestText - pending.Text.WrittenCount;
            pending.Append(text.Slice(0, room));
            text = text.Slice(room);
            Emit(pending, record.Source, partial: true);
            pending.At = record.At;
        }
        pending.Append(text);
        pending.Any = true;
        pending.Cursor = pending.Cursor.After(record.Source, record.At);
        if (record.EndsLine)
        {
            Emit(pending, record.Source, partial: false);
        }
    }

    /// <summary>The container has ended: what it wrote last has no line break and is a line nevertheless.</summary>
    public void Flush()
    {
        foreach (var (pending, source) in ((Pending, LogSource)[])[(_stdout, LogSource.Stdout), (_stderr, LogSource.Stderr)])
        {
            if (pending.Any)
            {
                Emit(pending, source, partial: false);
            }
        }
    }

    private void Emit(Pending pending, LogSource source, bool partial)
    {
        _cursor = _cursor.With(source, pending.Cursor);
        emit(new(pending.At, source, partial, partial ? pending.Text.WrittenMemory : Trimmed(pending.Text.WrittenMemory)), _cursor);
        pending.Text.ResetWrittenCount();
        pending.Any = partial;
    }

    private ReadOnlyMemory<byte> Trimmed(ReadOnlyMemory<byte> line) => tty && line.Span is [.., (byte)'\r'] ? line[..^1] : line;

    private sealed class Pending
    {
        public ArrayBufferWriter<byte> Text { get; } = new();

        public bool Any { get; set; }

        public long At { get; set; }

        public LogCursor Cursor { get; set; }

        public void Append(ReadOnlySequence<byte> text)
        {
            foreach (var segment in text)
            {
                Text.Write(segment.Span);
            }
        }
    }
}
