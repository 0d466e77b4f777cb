using Kontena.Core.Streams;
using ZstdSharp;

namespace Kontena.Core.Logs;

/// <summary>Gathers the lines of one stream until they are sealed.</summary>
public sealed class LogBlockBuilder
{
    private readonly WireWriter _raw = new(4096);
    private readonly List<(int Offset, long At)> _lines = [];
    private long _previousAt;

    public int Lines => _lines.Count;

    public bool IsFull => _raw.Length >= LogBlock.RawGoal;

    public int RawLength => _raw.Length;

    public long FirstAt { get; private set; }

    public long LastAt { get; private set; }

    /// <summary>Copies the line. The caller seals a full block before it adds more.</summary>
    public void Add(in LogLine line)
    {
        if (IsFull)
        {
            throw new InvalidOperationException("The block is full.");
        }
        ArgumentOutOfRangeException.ThrowIfGreaterThan(line.Text.Length, LogLineCodec.LongestText);
        FirstAt = _lines.Count == 0 ? line.At : Math.Min(FirstAt, line.At);
        LastAt = _lines.Count == 0 ? line.At : Math.Max(LastAt, line.At);
        _lines.Add((_raw.Length, line.At));
        LogLineCodec.Write(_raw, ref _previousAt, line);
    }

    /// <summary>Copies of the lines from number <paramref name="first"/> on, as many as fit into <paramref name="atMostBytes"/> but at least one.</summary>
    public LogLine[] From(int first, int atMostBytes)
    {
        if (first >= _lines.Count)
        {
            return [];
        }
        var offset = _lines[first].Offset;
        var end = first + 1;
        while (end < _lines.Count && EndOf(end) - offset <= atMostBytes)
        {
            end++;
        }
        var raw = _raw.Written[offset..EndOf(end - 1)].ToArray();
        var lines = LogLineCodec.Read(Rebased(raw, first), end - first);
        return lines ?? throw new InvalidOperationException("A block of our own cannot be read.");
    }

    /// <summary>Compresses and frames the lines, and starts anew.</summary>
    public byte[] Seal(LogStreamKey stream, long sequence, LogCursor cursor)
    {
        using var zstd = new Compressor(level: 1);
        var stored = zstd.Wrap(_raw.Written.Span);
        var header = new LogBlockHeader(stream, sequence, FirstAt, LastAt, _lines.Count, _raw.Length, stored.Length, cursor);
        var block = header.Frame(stored);
        Clear();
        return block;
    }

    public void Clear()
    {
        _raw.Clear();
        _lines.Clear();
        _previousAt = 0;
    }

    private int EndOf(int line) => line + 1 < _lines.Count ? _lines[line + 1].Offset : _raw.Length;

    /// <summary>The same bytes with the first line's time in full, as a reader expects of a first line.</summary>
    private byte[] Rebased(byte[] raw, int first)
    {
        if (first == 0)
        {
            return raw;
        }
        var reader = new WireReader(raw);
        var writer = new WireWriter(raw.Length + 10);
        writer.Byte(reader.Byte());
        reader.Zigzag();
        writer.Zigzag(_lines[first].At);
        writer.Bytes(raw.AsSpan(reader.Position));
        return writer.ToArray();
    }
}
