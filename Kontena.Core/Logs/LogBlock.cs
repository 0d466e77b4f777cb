using Kontena.Core.Problems;
using ZstdSharp;

namespace Kontena.Core.Logs;

/// <summary>A block with its lines.</summary>
public sealed record OpenBlock(LogBlockHeader Header, LogLine[] Lines);

/// <summary>Opens sealed blocks.</summary>
public static class LogBlock
{
    /// <summary>A block with this many bytes of lines is full.</summary>
    public const int RawGoal = 64 * 1024;

    /// <summary>The most that a block holds: one byte less than full, and then the longest line.</summary>
    public const int RawLimit = RawGoal + LogLineCodec.LongestText + 32;

    /// <summary>The most that its compressed lines take, incompressible ones included.</summary>
    public const int StoredLimit = RawLimit + (RawLimit >> 8) + 512;

    /// <summary>Checks and decompresses one block. Whatever the bytes are, the answer is a result.</summary>
    public static Result<OpenBlock> Open(ReadOnlySpan<byte> block)
    {
        if (!LogBlockHeader.TryVerify(block, out var header))
        {
            return Problem.Invalid("bad_block", "The log block is damaged: its header or checksum is wrong.");
        }
        var raw = new byte[header.RawLength];
        if (!TryDecompress(block[LogBlockHeader.Size..], raw) || LogLineCodec.Read(raw, header.Lines) is not { } lines
            || lines.Min(line => line.At) != header.FirstAt || lines.Max(line => line.At) != header.LastAt)
        {
            return Problem.Invalid("bad_block", "The log block is damaged: its lines are not what its header says.");
        }
        return new OpenBlock(header, lines);
    }

    private static bool TryDecompress(ReadOnlySpan<byte> stored, byte[] raw)
    {
        try
        {
            using var zstd = new Decompressor();
            return zstd.TryUnwrap(stored, raw, out var written) && written == raw.Length;
        }
        catch (ZstdException)
        {
            return false; // A checksum proves that the bytes are those that were sent, not that the sender meant well.
        }
    }
}
