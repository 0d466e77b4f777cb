using System.Buffers.Binary;
using System.IO.Hashing;
using Kontena.Core.Streams;

namespace Kontena.Core.Logs;

/// <summary>What stands before the compressed lines of a sealed block, so that it can be stored, found and checked without opening it.</summary>
/// <param name="Sequence">Rises within the stream, from 1. The master knows a block that comes twice by it.</param>
/// <param name="FirstAt">Earliest time of a line, nanoseconds since 1970.</param>
/// <param name="LastAt">Latest time of a line; lines need not be in the order of their times.</param>
/// <param name="Cursor">How far the engine's log was read with the last line of this block.</param>
public readonly record struct LogBlockHeader(
    LogStreamKey Stream, long Sequence, long FirstAt, long LastAt, int Lines, int RawLength, int StoredLength, LogCursor Cursor)
{
    /// <summary>Bytes of a header, its checksum included.</summary>
    public const int Size = ChecksumAt + 8;

    private const int ChecksumAt = 4 + LogStreamKey.Size + 8 + 8 + 8 + 4 + 4 + 4 + LogCursor.Size;
    private const int Magic = 0x31424c4b; // "KLB1"

    /// <summary>Bytes of the whole block.</summary>
    public int BlockLength => Size + StoredLength;

    /// <summary>The finished block: header, checksum over everything else, compressed lines.</summary>
    public byte[] Frame(ReadOnlySpan<byte> stored)
    {
        var writer = new WireWriter(Size + stored.Length);
        writer.Int32(Magic);
        Stream.Write(writer);
        writer.Int64(Sequence);
        writer.Int64(FirstAt);
        writer.Int64(LastAt);
        writer.Int32(Lines);
        writer.Int32(RawLength);
        writer.Int32(StoredLength);
        Cursor.Write(writer);
        writer.Int64(0);
        writer.Bytes(stored);
        var block = writer.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(block.AsSpan(ChecksumAt), Checksum(block));
        return block;
    }

    /// <summary>Reads a header whose block may reach beyond <paramref name="source"/>. Lengths are bounded, the checksum is not looked at.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out LogBlockHeader header)
    {
        var reader = new WireReader(source);
        var magic = reader.Int32();
        header = new(LogStreamKey.Read(ref reader), reader.Int64(), reader.Int64(), reader.Int64(),
            reader.Int32(), reader.Int32(), reader.Int32(), LogCursor.Read(ref reader));
        reader.Int64();
        return !reader.Failed && magic == Magic && header is
        {
            Sequence: > 0, FirstAt: >= 0, Lines: > 0,
            RawLength: > 0 and <= LogBlock.RawLimit, StoredLength: > 0 and <= LogBlock.StoredLimit,
            Cursor: { StdoutAt: >= 0, StdoutRecords: >= 0, StderrAt: >= 0, StderrRecords: >= 0 },
        } && header.LastAt >= header.FirstAt && header.Lines <= header.RawLength / LogLineCodec.SmallestLine;
    }

    /// <summary>Whether <paramref name="block"/> is exactly one whole and undamaged block.</summary>
    public static bool TryVerify(ReadOnlySpan<byte> block, out LogBlockHeader header) =>
        TryRead(block, out header) && block.Length == header.BlockLength
        && BinaryPrimitives.ReadUInt64LittleEndian(block[ChecksumAt..]) == Checksum(block);

    private static ulong Checksum(ReadOnlySpan<byte> block)
    {
        var hash = new XxHash3();
        hash.Append(block[..ChecksumAt]);
        hash.Append(block[Size..]);
        return hash.GetCurrentHashAsUInt64();
    }
}
