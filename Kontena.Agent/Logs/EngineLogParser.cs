using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Kontena.Core.Logs;

namespace Kontena.Agent.Logs;

/// <summary>Cuts the bytes of the engine's log answer into records, without copying them.</summary>
/// <remarks>Docker Engine API, ContainerLogs and ContainerAttach ("stream format"), with <c>timestamps=1</c>.</remarks>
/// <param name="tty">A container with a terminal has no frames: records follow each other, and a part of a long line ends without a mark.</param>
internal sealed class EngineLogParser(bool tty)
{
    /// <summary>The engine cuts lines of most log drivers into parts of this length.</summary>
    internal const int EnginePart = 16 * 1024;

    private const int FrameHeader = 8;
    private const int LongestRecord = 4 * 1024 * 1024;

    /// <summary>Takes the next whole record off <paramref name="buffer"/>; false when more bytes are needed.</summary>
    /// <param name="complete">No more bytes come.</param>
    public bool TryRead(ref ReadOnlySequence<byte> buffer, bool complete, out EngineRecord record) =>
        tty ? TryReadRaw(ref buffer, complete, out record) : TryReadFrame(ref buffer, complete, out record);

    private static bool TryReadFrame(ref ReadOnlySequence<byte> buffer, bool complete, out EngineRecord record)
    {
        record = default;
        Span<byte> header = stackalloc byte[FrameHeader];
        if (buffer.Length < FrameHeader)
        {
            // A cut in the middle of a frame is read again later, from the cursor.
            return false;
        }
        buffer.Slice(0, FrameHeader).CopyTo(header);
        var length = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        if (header[0] > 3 || header[1] != 0 || header[2] != 0 || header[3] != 0 || length > LongestRecord)
        {
            throw new EngineLogException("The container engine's log stream is not framed as its API describes.");
        }
        if (buffer.Length < FrameHeader + length)
        {
            return false;
        }
        var body = buffer.Slice(FrameHeader, length);
        if (header[0] == 3)
        {
            var text = Encoding.UTF8.GetString(body.Slice(0, Math.Min(500, body.Length)));
            throw new EngineLogException($"The container engine cannot read this log: {text.Trim()}");
        }
        buffer = buffer.Slice(FrameHeader + length);
        record = Record(header[0] == 2 ? LogSource.Stderr : LogSource.Stdout, body);
        return true;
    }

    private static EngineRecord Record(LogSource source, ReadOnlySequence<byte> body)
    {
        var (at, length) = EngineTimestamp.Read(body)
            ?? throw new EngineLogException("The container engine sent a log record without a time.");
        var text = body.Slice(length);
        var ends = text.Length > 0 && LastByte(text) == '\n';
        return new(source, at, ends ? text.Slice(0, text.Length - 1) : text, ends);
    }

    private static bool TryReadRaw(ref ReadOnlySequence<byte> buffer, bool complete, out EngineRecord record)
    {
        record = default;
        if (buffer.IsEmpty || (buffer.Length < EngineTimestamp.Longest && !complete && buffer.PositionOf((byte)'\n') is null))
        {
            return false;
        }
        var (at, head) = EngineTimestamp.Read(buffer)
            ?? throw new EngineLogException("The container engine sent a log record without a time.");
        var text = buffer.Slice(head);
        var part = text.Length > EnginePart ? text.Slice(0, EnginePart + 1) : text;
        if (part.PositionOf((byte)'\n') is null && text.Length > EnginePart)
        {
            // Longer than the engine's part: either the next part follows, with its time, or this driver cuts later.
            var next = text.Slice(EnginePart);
            if (next.Length < EngineTimestamp.Longest && !complete)
            {
                return false;
            }
            if (EngineTimestamp.Read(next) is { } following && following.At == at)
            {
                record = new(LogSource.Stdout, at, text.Slice(0, EnginePart), EndsLine: false);
                buffer = next;
                return true;
            }
        }
        if (text.PositionOf((byte)'\n') is { } end)
        {
            var line = text.Slice(0, end);
            buffer = text.Slice(text.GetPosition(1, end));
            record = new(LogSource.Stdout, at, line, EndsLine: true);
            return true;
        }
        if (text.Length > LongestRecord)
        {
            throw new EngineLogException("The container engine sent a log record of more than 4 MiB.");
        }
        if (!complete)
        {
            return false;
        }
        record = new(LogSource.Stdout, at, text, EndsLine: false);
        buffer = buffer.Slice(buffer.End);
        return true;
    }

    private static byte LastByte(ReadOnlySequence<byte> text) => text.Slice(text.Length - 1).FirstSpan[0];
}
