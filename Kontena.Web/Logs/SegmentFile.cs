using Kontena.Core.Logs;
using Microsoft.Win32.SafeHandles;

namespace Kontena.Web.Logs;

/// <summary>Where in a segment file about 64 KiB of blocks lie, and of what time they are.</summary>
internal readonly record struct SegmentPart(long Offset, int Length, long FirstAt, long LastAt);

/// <summary>Reads the layout of a segment file: whole blocks, one after another, nothing else.</summary>
internal static class SegmentFile
{
    /// <summary>Stored bytes that are read in one go.</summary>
    public const int PartGoal = 64 * 1024;

    public static SafeFileHandle Open(string path) => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Walks over the blocks from the start and ends at the first that is not whole or not undamaged.</summary>
    /// <param name="verify">Checksums too: after a kill the last blocks may be half written.</param>
    /// <returns>The length of what is sound.</returns>
    public static long Scan(SafeFileHandle file, bool verify, Action<LogBlockHeader> found)
    {
        var length = RandomAccess.GetLength(file);
        var block = new byte[LogBlockHeader.Size + LogBlock.StoredLimit];
        var offset = 0L;
        while (offset < length)
        {
            if (!ReadExactly(file, block.AsSpan(0, (int)Math.Min(LogBlockHeader.Size, length - offset)), offset)
                || !LogBlockHeader.TryRead(block.AsSpan(0, (int)Math.Min(LogBlockHeader.Size, length - offset)), out var header)
                || header.BlockLength > length - offset)
            {
                break;
            }
            if (verify && !(ReadExactly(file, block.AsSpan(0, header.BlockLength), offset)
                && LogBlockHeader.TryVerify(block.AsSpan(0, header.BlockLength), out _)))
            {
                break;
            }
            found(header);
            offset += header.BlockLength;
        }
        return offset;
    }

    public static IReadOnlyList<ReadOnlyMemory<byte>> ReadPart(SafeFileHandle file, SegmentPart part)
    {
        var bytes = new byte[part.Length];
        if (!ReadExactly(file, bytes, part.Offset))
        {
            return [];
        }
        var blocks = new List<ReadOnlyMemory<byte>>();
        for (var at = 0; at < bytes.Length && LogBlockHeader.TryRead(bytes.AsSpan(at), out var header) && header.BlockLength <= bytes.Length - at;)
        {
            blocks.Add(bytes.AsMemory(at, header.BlockLength));
            at += header.BlockLength;
        }
        return blocks;
    }

    private static bool ReadExactly(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        while (!buffer.IsEmpty)
        {
            var read = RandomAccess.Read(file, buffer, offset);
            if (read == 0)
            {
                return false;
            }
            buffer = buffer[read..];
            offset += read;
        }
        return true;
    }
}

/// <summary>The sparse index of a segment: grows with the file.</summary>
internal sealed class SegmentIndex
{
    private readonly List<SegmentPart> _parts = [];

    public long Length { get; private set; }

    public long FirstAt { get; private set; } = long.MaxValue;

    public long LastAt { get; private set; }

    public void Add(LogBlockHeader header)
    {
        if (_parts is [.., var last] && last.Length < SegmentFile.PartGoal)
        {
            _parts[^1] = last with
            {
                Length = last.Length + header.BlockLength,
                FirstAt = Math.Min(last.FirstAt, header.FirstAt),
                LastAt = Math.Max(last.LastAt, header.LastAt),
            };
        }
        else
        {
            _parts.Add(new(Length, header.BlockLength, header.FirstAt, header.LastAt));
        }
        Length += header.BlockLength;
        (FirstAt, LastAt) = (Math.Min(FirstAt, header.FirstAt), Math.Max(LastAt, header.LastAt));
    }

    public SegmentPart[] Parts() => [.. _parts];
}
