using Kontena.Core.Streams;

namespace Kontena.Core.Logs;

/// <summary>How lines stand in a block and in a tail: source and flag, time as the difference to the line before, length, text.</summary>
public static class LogLineCodec
{
    /// <summary>A longer line is split; its parts but the last are <see cref="LogLine.Partial"/>.</summary>
    public const int LongestText = 64 * 1024;

    internal const int SmallestLine = 3;
    private const byte PartialFlag = 0x80;

    /// <param name="previousAt">Time of the line before, 0 for the first; set to this line's.</param>
    public static void Write(WireWriter writer, ref long previousAt, in LogLine line)
    {
        writer.Byte((byte)((byte)line.Source | (line.Partial ? PartialFlag : 0)));
        writer.Zigzag(line.At - previousAt);
        writer.Varint((ulong)line.Text.Length);
        writer.Bytes(line.Text.Span);
        previousAt = line.At;
    }

    /// <summary>Reads exactly <paramref name="count"/> lines that fill <paramref name="raw"/>; null when it holds anything else.</summary>
    /// <remarks>The texts are slices of <paramref name="raw"/>.</remarks>
    public static LogLine[]? Read(ReadOnlyMemory<byte> raw, int count)
    {
        if (count < 0 || count > raw.Length / SmallestLine)
        {
            return null;
        }
        var lines = new LogLine[count];
        var reader = new WireReader(raw.Span);
        var at = 0L;
        for (var i = 0; i < count; i++)
        {
            var flags = reader.Byte();
            at += reader.Zigzag();
            var length = reader.Count(LongestText);
            var start = reader.Position;
            reader.Bytes(length);
            var source = (LogSource)(flags & ~PartialFlag);
            if (reader.Failed || at < 0 || source is not (LogSource.Stdout or LogSource.Stderr or LogSource.Kontena))
            {
                return null;
            }
            lines[i] = new(at, source, (flags & PartialFlag) != 0, raw.Slice(start, length));
        }
        return reader.AtEnd ? lines : null;
    }
}
