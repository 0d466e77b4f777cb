using System.Runtime.CompilerServices;
using Kontena.Core.Logs;
using Kontena.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;

namespace Kontena.Web.Logs;

/// <summary>Blocks in append-only files, some for each service. For one master: nobody else writes the folder.</summary>
/// <remarks>
/// A block's header holds its stream, sequence and position, so one flushed write makes all of it durable; the rows of the
/// streams follow when a segment is closed, and after a kill from reading the segments that were open.
/// </remarks>
internal sealed partial class SegmentLogStore(
    IDbContextFactory<KontenaDb> databases, DataFolder data, IOptions<LogOptions> options, TimeProvider time, ILogger<SegmentLogStore> logger)
    : ILogStore, IDisposable
{
    /// <summary>Guards the lists and indices that readers look at.</summary>
    private readonly Lock _gate = new();

    /// <summary>Appending and closing of segments, one at a time.</summary>
    private readonly SemaphoreSlim _writing = new(1);

    private readonly Dictionary<Guid, List<Segment>> _services = [];
    private readonly string _folder = data.Private("logs").FullName;

    public async Task OpenAsync(CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var rows = await db.Set<LogSegment>().OrderBy(s => s.OpenedAt).ToListAsync(cancel);
        var positions = new Dictionary<LogStreamKey, LogBlockHeader>();
        foreach (var row in rows)
        {
            var path = PathOf(row);
            if (!File.Exists(path))
            {
                db.Remove(row);
                continue;
            }
            var segment = new Segment(row);
            if (row.SealedAt is null)
            {
                Recover(path, segment, positions);
                row.SealedAt = time.GetUtcNow();
                (row.Bytes, row.FirstAt, row.LastAt) = (segment.Index!.Length, segment.FirstAt, segment.LastAt);
            }
            Of(row.ServiceId).Add(segment);
        }
        await AdvanceAsync(db, positions, cancel);
        await db.SaveChangesAsync(cancel);
    }

    public void Dispose() => _writing.Dispose();

    public async Task AppendAsync(IReadOnlyList<NewBlock> blocks, CancellationToken cancel)
    {
        await _writing.WaitAsync(cancel);
        try
        {
            await WriteAsync(blocks, cancel);
        }
        finally
        {
            _writing.Release();
        }
    }

    public async IAsyncEnumerable<LogChunk> FindAsync(Guid service, long fromAt, long toAt, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.Yield();
        // A segment waits in the queue until its latest line may be next; then its parts take its place.
        var queue = new PriorityQueue<(Segment Segment, SegmentPart? Part), long>();
        lock (_gate)
        {
            foreach (var segment in _services.GetValueOrDefault(service) ?? [])
            {
                if (segment.LastAt >= fromAt && segment.FirstAt <= toAt)
                {
                    queue.Enqueue((segment, null), -segment.LastAt);
                }
            }
        }
        while (queue.TryDequeue(out var next, out _))
        {
            cancel.ThrowIfCancellationRequested();
            var (segment, part) = next;
            if (part is { } found)
            {
                yield return new Chunk(PathOf(segment.Row), found) { FirstAt = found.FirstAt, LastAt = found.LastAt };
                continue;
            }
            foreach (var inside in PartsOf(segment))
            {
                if (inside.LastAt >= fromAt && inside.FirstAt <= toAt)
                {
                    queue.Enqueue((segment, inside), -inside.LastAt);
                }
            }
        }
    }

    public async Task TrimAsync(DateTimeOffset storedBefore, long mostBytesPerService, CancellationToken cancel)
    {
        await SealAsync(segment => segment.Row.OpenedAt + options.Value.SegmentSpan <= time.GetUtcNow(), cancel);
        var doomed = new List<Segment>();
        lock (_gate)
        {
            foreach (var segments in _services.Values)
            {
                var held = segments.Sum(s => s.Bytes);
                foreach (var segment in segments.Where(s => s.Row.SealedAt is not null).ToList())
                {
                    if (segment.Row.SealedAt < storedBefore || held > mostBytesPerService)
                    {
                        held -= segment.Bytes;
                        segments.Remove(segment);
                        doomed.Add(segment);
                    }
                }
            }
        }
        foreach (var segment in doomed)
        {
            File.Delete(PathOf(segment.Row));
            await using var db = await databases.CreateDbContextAsync(cancel);
            await db.Set<LogSegment>().Where(s => s.Id == segment.Row.Id).ExecuteDeleteAsync(cancel);
        }
    }

    public Task CloseAsync(CancellationToken cancel) => SealAsync(_ => true, cancel);

    private async Task WriteAsync(IReadOnlyList<NewBlock> blocks, CancellationToken cancel)
    {
        var written = new List<Segment>();
        foreach (var ofService in blocks.GroupBy(b => b.Stream.ServiceId))
        {
            var segment = await WritableAsync(ofService.Key, cancel);
            var all = ofService.ToList();
            // Always at the end of what is known to be durable: what a failed write left behind is overwritten.
            RandomAccess.Write(segment.Writer!, [.. all.Select(b => b.Bytes)], segment.Index!.Length);
            segment.Pending.AddRange(all);
            written.Add(segment);
        }
        foreach (var segment in written)
        {
            RandomAccess.FlushToDisk(segment.Writer!);
            lock (_gate)
            {
                foreach (var block in segment.Pending)
                {
                    segment.Index!.Add(block.Header);
                    segment.Streams[block.Stream.Key] = block.Header;
                }
                segment.Pending.Clear();
            }
        }
    }

    private List<Segment> Of(Guid service) => _services.TryGetValue(service, out var segments) ? segments : _services[service] = [];

    private List<Segment> Open()
    {
        lock (_gate)
        {
            return [.. _services.Values.SelectMany(s => s).Where(s => s.Writer is not null)];
        }
    }

    private string PathOf(LogSegment row) => Path.Combine(_folder, row.Path);

    private async Task<Segment> WritableAsync(Guid service, CancellationToken cancel)
    {
        Segment? open;
        lock (_gate)
        {
            open = Of(service).LastOrDefault(s => s.Writer is not null);
        }
        var now = time.GetUtcNow();
        if (open is not null && open.Index!.Length < options.Value.SegmentBytes && open.Row.OpenedAt + options.Value.SegmentSpan > now)
        {
            open.Pending.Clear();
            return open;
        }
        if (open is not null)
        {
            await SealAsync(open, cancel);
        }
        var row = new LogSegment { ServiceId = service, OpenedAt = now };
        await using (var db = await databases.CreateDbContextAsync(cancel))
        {
            db.Add(row);
            await db.SaveChangesAsync(cancel);
        }
        var path = PathOf(row);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var segment = new Segment(row) { Index = new(), Writer = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete) };
        lock (_gate)
        {
            Of(service).Add(segment);
        }
        return segment;
    }

    private async Task SealAsync(Predicate<Segment> which, CancellationToken cancel)
    {
        await _writing.WaitAsync(cancel);
        try
        {
            foreach (var segment in Open().Where(s => which(s)).ToList())
            {
                await SealAsync(segment, cancel);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task SealAsync(Segment segment, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var row = await db.Set<LogSegment>().SingleAsync(s => s.Id == segment.Row.Id, cancel);
        var now = time.GetUtcNow();
        (row.SealedAt, row.Bytes, row.FirstAt, row.LastAt) = (now, segment.Bytes, segment.FirstAt, segment.LastAt);
        await AdvanceAsync(db, segment.Streams, cancel);
        await db.SaveChangesAsync(cancel);
        lock (_gate)
        {
            segment.Row.SealedAt = now;
            // What a failed write left beyond the durable end must not be found by a reader of the whole file.
            RandomAccess.SetLength(segment.Writer!, segment.Index!.Length);
            segment.Writer!.Dispose();
            segment.Writer = null;
        }
    }

    private async Task AdvanceAsync(KontenaDb db, Dictionary<LogStreamKey, LogBlockHeader> positions, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        foreach (var some in positions.Chunk(200))
        {
            var instances = some.Select(p => p.Key.InstanceId).Distinct().ToList();
            foreach (var stream in await db.Set<LogStream>().Where(s => instances.Contains(s.InstanceId)).ToListAsync(cancel))
            {
                if (positions.TryGetValue(stream.Key, out var last))
                {
                    stream.Advance(last.Sequence, last.Cursor, now);
                }
            }
        }
    }

    private void Recover(string path, Segment segment, Dictionary<LogStreamKey, LogBlockHeader> positions)
    {
        var index = new SegmentIndex();
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        var sound = SegmentFile.Scan(file, verify: true, header =>
        {
            index.Add(header);
            if (!positions.TryGetValue(header.Stream, out var known) || known.Sequence < header.Sequence)
            {
                positions[header.Stream] = header;
            }
        });
        var torn = RandomAccess.GetLength(file) - sound;
        if (torn > 0)
        {
            TornTail(path, torn);
            RandomAccess.SetLength(file, sound);
            RandomAccess.FlushToDisk(file);
        }
        segment.Index = index;
    }

    private SegmentPart[] PartsOf(Segment segment)
    {
        lock (_gate)
        {
            if (segment.Index is { } known)
            {
                return known.Parts();
            }
        }
        var index = new SegmentIndex();
        try
        {
            using var file = SegmentFile.Open(PathOf(segment.Row));
            SegmentFile.Scan(file, verify: false, index.Add);
        }
        catch (FileNotFoundException)
        {
            return []; // retention was faster
        }
        lock (_gate)
        {
            segment.Index ??= index;
            return segment.Index.Parts();
        }
    }

    [LoggerMessage(LogLevel.Warning, "The end of log segment {Path} was half written when the master was killed; {Bytes} bytes are cut off. Their agents send them again")]
    private partial void TornTail(string path, long bytes);

    private sealed class Segment(LogSegment row)
    {
        public LogSegment Row { get; } = row;

        /// <summary>Null until somebody reads a closed segment.</summary>
        public SegmentIndex? Index { get; set; }

        /// <summary>Null when it is closed.</summary>
        public SafeFileHandle? Writer { get; set; }

        public List<NewBlock> Pending { get; } = [];

        public Dictionary<LogStreamKey, LogBlockHeader> Streams { get; } = [];

        public long Bytes => Index?.Length ?? Row.Bytes;

        public long FirstAt => Index?.FirstAt ?? Row.FirstAt;

        public long LastAt => Index?.LastAt ?? Row.LastAt;
    }

    private sealed class Chunk(string path, SegmentPart part) : LogChunk
    {
        public override Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(CancellationToken cancel)
        {
            try
            {
                using var file = SegmentFile.Open(path);
                return Task.FromResult(SegmentFile.ReadPart(file, part));
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                return Task.FromResult<IReadOnlyList<ReadOnlyMemory<byte>>>([]); // retention was faster
            }
        }
    }
}
