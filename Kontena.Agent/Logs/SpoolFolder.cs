using Kontena.Core.Logs;

namespace Kontena.Agent.Logs;

/// <summary>Where blocks wait on disk when the master is away. A file holds blocks of one stream, one after another.</summary>
/// <remarks>Not flushed to the disk itself: it has to survive the agent's end, not the host's; after that the engine is read again.</remarks>
internal sealed class SpoolFolder(string path, long limitBytes)
{
    private const string Extension = ".spool";
    private long _held;

    /// <summary>Bytes of blocks on disk.</summary>
    public long HeldBytes => Interlocked.Read(ref _held);

    public bool IsFull => HeldBytes >= limitBytes;

    public SpoolFile NewFile(LogStreamKey stream, long firstSequence)
    {
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new(Path.Combine(path, $"{stream.InstanceId:N}-{stream.ContainerId}-{firstSequence:x16}{Extension}"), this);
    }

    /// <summary>The blocks that an earlier agent left, in their order. What a kill cut off at the end is cut off here too.</summary>
    public ILookup<LogStreamKey, SpooledBlock> Load()
    {
        var blocks = new List<(LogStreamKey Stream, SpooledBlock Block)>();
        if (Directory.Exists(path))
        {
            foreach (var name in Directory.EnumerateFiles(path, $"*{Extension}").Order(StringComparer.Ordinal))
            {
                blocks.AddRange(new SpoolFile(name, this).Load());
            }
        }
        return blocks.OrderBy(b => b.Block.Sequence).ToLookup(b => b.Stream, b => b.Block);
    }

    internal void Count(long bytes) => Interlocked.Add(ref _held, bytes);
}

/// <summary>One file of a <see cref="SpoolFolder"/>; it goes when its last block goes.</summary>
internal sealed class SpoolFile(string path, SpoolFolder folder)
{
    /// <summary>Then the next block goes into a new file, so that acknowledged ones give their space back.</summary>
    private const long RollAt = 4 * 1024 * 1024;

    private int _blocks;
    private long _length;

    public bool IsFull => _length >= RollAt;

    /// <returns>Where the block begins.</returns>
    public long Append(byte[] block)
    {
        using var handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write);
        var offset = _length;
        RandomAccess.Write(handle, block, offset);
        _length += block.Length;
        _blocks++;
        folder.Count(block.Length);
        return offset;
    }

    public byte[] Read(long offset, int length)
    {
        using var handle = File.OpenHandle(path);
        var block = new byte[length];
        for (var read = 0; read < length;)
        {
            var n = RandomAccess.Read(handle, block.AsSpan(read), offset + read);
            read += n > 0 ? n : throw new IOException($"The log spool file '{path}' is shorter than it was when it was written.");
        }
        return block;
    }

    public void Release(SpooledBlock block)
    {
        folder.Count(-block.Length);
        if (--_blocks == 0)
        {
            File.Delete(path);
            _length = 0;
        }
    }

    internal IEnumerable<(LogStreamKey Stream, SpooledBlock Block)> Load()
    {
        var bytes = File.ReadAllBytes(path);
        var found = new List<(LogStreamKey, SpooledBlock)>();
        var at = 0;
        while (LogBlockHeader.TryRead(bytes.AsSpan(at), out var header) && header.BlockLength <= bytes.Length - at
            && LogBlock.Open(bytes.AsSpan(at, header.BlockLength)).Value is { } block)
        {
            found.Add((header.Stream, new()
            {
                Sequence = header.Sequence,
                Cursor = header.Cursor,
                LastAt = header.LastAt,
                Length = header.BlockLength,
                ContainerLines = block.Lines.Count(line => line.Source is not LogSource.Kontena),
                File = this,
                Offset = at,
                EverSent = true, // an earlier agent may have
            }));
            at += header.BlockLength;
        }
        (_blocks, _length) = (found.Count, at);
        folder.Count(at);
        if (found.Count == 0)
        {
            File.Delete(path);
        }
        return found;
    }
}
