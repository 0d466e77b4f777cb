using System.Buffers.Binary;

namespace Kontena.Core.Streams;

/// <summary>Reads bytes that somebody hostile may have written: running out of them sets <see cref="Failed"/> and yields zeros, never an exception.</summary>
public ref struct WireReader(ReadOnlySpan<byte> source)
{
    private readonly ReadOnlySpan<byte> _source = source;

    public int Position { get; private set; }

    /// <summary>Something was missing or malformed. Whatever was read since means nothing.</summary>
    public bool Failed { get; private set; }

    public readonly int Left => _source.Length - Position;

    /// <summary>Everything was read and nothing failed.</summary>
    public readonly bool AtEnd => !Failed && Left == 0;

    public byte Byte() => Bytes(1) is [var value] ? value : (byte)0;

    public int Int32() => Bytes(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : 0;

    public long Int64() => Bytes(8) is { Length: 8 } bytes ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;

    public Guid Guid() => Bytes(16) is { Length: 16 } bytes ? new Guid(bytes) : default;

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (Failed || count < 0 || count > Left)
        {
            Fail();
            return [];
        }
        var bytes = _source.Slice(Position, count);
        Position += count;
        return bytes;
    }

    public ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            if (Failed || (shift == 63 && next > 1))
            {
                break;
            }
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
        Fail();
        return 0;
    }

    public long Zigzag()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A count or length; more than <paramref name="atMost"/> fails, so that nobody allocates what a stranger claims.</summary>
    public int Count(int atMost)
    {
        var value = Varint();
        if (value <= (ulong)atMost)
        {
            return (int)value;
        }
        Fail();
        return 0;
    }

    public void Fail() => Failed = true;
}
