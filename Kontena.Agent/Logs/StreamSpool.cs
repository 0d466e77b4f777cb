using System.Text;
using Kontena.Core.Logs;

namespace Kontena.Agent.Logs;

/// <summary>The lines of one container between its engine and the master's acknowledgement.</summary>
/// <remarks>
/// Lines gather in a block; a sealed block waits until it is acknowledged. While the master is there a full window slows the
/// reader (the engine keeps the file); while it is away blocks go to disk, and over the limits the oldest go and leave a line
/// that says how many they were. Blocks on disk are always older than those in memory, so a kill costs only what the engine
/// can be asked for again.
/// </remarks>
internal sealed class StreamSpool
{
    /// <summary>Sent and not yet acknowledged.</summary>
    internal const int Window = 4;

    private const int InMemory = 8;
    private readonly LogStreamKey _stream;
    private readonly LogSpool _host;
    private readonly Lock _gate = new();
    private readonly LogBlockBuilder _block = new();
    private readonly List<SpooledBlock> _sealed = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SpoolFile? _file;
    private Lost? _lost;
    private LogCursor _cursor;
    private long _next = 1;
    private long _blockStarted;
    private int _blockContainerLines;
    private int _tailSent;
    private bool _refused;

    public StreamSpool(LogStreamKey stream, LogSpool host, IEnumerable<SpooledBlock> left)
    {
        (_stream, _host) = (stream, host);
        _sealed.AddRange(left);
        if (_sealed is [.., var last])
        {
            (_cursor, _next) = (last.Cursor, last.Sequence + 1);
        }
    }

    public LogStreamKey Stream => _stream;

    /// <summary>Empty while nobody follows the container any more.</summary>
    public Guid ServiceId { get; set; }

    /// <summary>How far the engine was read: with the last line that was added.</summary>
    public LogCursor Cursor
    {
        get
        {
            lock (_gate)
            {
                return _cursor;
            }
        }
    }

    /// <summary>Nothing waits here, neither sealed nor unsealed.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _sealed.Count == 0 && _block.Lines == 0 && _lost is null;
            }
        }
    }

    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _sealed.Count + (_lost is null ? 0 : 1);
            }
        }
    }

    /// <summary>The master will never take this stream; what comes is thrown away.</summary>
    public bool Refused
    {
        get
        {
            lock (_gate)
            {
                return _refused;
            }
        }
    }

    public void Add(in LogLine line, LogCursor cursor)
    {
        lock (_gate)
        {
            _cursor = cursor;
            if (_refused)
            {
                return;
            }
            if (_block.Lines == 0)
            {
                _blockStarted = _host.Time.GetTimestamp();
            }
            _block.Add(line);
            _blockContainerLines += line.Source is LogSource.Kontena ? 0 : 1;
            if (_block.IsFull)
            {
                Seal();
            }
        }
    }

    /// <summary>A line of our own, at the place that was reached.</summary>
    public void Note(long at, string text) => Add(new(at, LogSource.Kontena, false, Encoding.UTF8.GetBytes(text)), Cursor);

    /// <summary>Waits while the master is there and has much to take already.</summary>
    public async ValueTask WaitForRoomAsync(CancellationToken cancel)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (!_host.Connected || _sealed.Count < InMemory)
                {
                    return;
                }
                changed = _changed.Task;
            }
            await changed.WaitAsync(cancel);
        }
    }

    /// <summary>Seals what has waited long enough, or anything at all.</summary>
    public void SealWhenDue(TimeSpan after)
    {
        lock (_gate)
        {
            if (_block.Lines > 0 && _host.Time.GetElapsedTime(_blockStarted) >= after)
            {
                Seal();
            }
        }
    }

    /// <summary>The next lines of the unsealed block that viewers have not got; null when there are none.</summary>
    public TelemetryMessage.Tail? NextTail()
    {
        lock (_gate)
        {
            if (_tailSent >= _block.Lines)
            {
                return null;
            }
            var lines = _block.From(_tailSent, TelemetryCodec.TailGoal);
            var tail = new TelemetryMessage.Tail(_stream, _next, _tailSent, [.. lines.Take(TelemetryCodec.MostTailLines)]);
            _tailSent += tail.Lines.Length;
            return tail;
        }
    }

    /// <summary>Viewers get the unsealed block again from its start: somebody came who has none of it.</summary>
    public void RepeatTail()
    {
        lock (_gate)
        {
            _tailSent = 0;
        }
    }

    /// <summary>The oldest block that was not sent on this connection, marked as sent; null when there is none or the window is full.</summary>
    public byte[]? NextBlock()
    {
        lock (_gate)
        {
            PlaceMarker();
            var sent = 0;
            foreach (var block in _sealed)
            {
                if (!block.Sent)
                {
                    (block.Sent, block.EverSent) = (true, true);
                    return block.Read();
                }
                if (++sent == Window)
                {
                    return null;
                }
            }
            return null;
        }
    }

    public void Acknowledge(long sequence, bool refused)
    {
        lock (_gate)
        {
            if (refused)
            {
                _refused = true;
                _block.Clear();
                Trim(long.MaxValue);
            }
            else
            {
                Trim(sequence);
            }
            Pulse();
        }
    }

    /// <summary>A connection begins: what the master has is not sent again, all else is.</summary>
    /// <param name="position">Null when the master has nothing of this stream.</param>
    public void Connect(StreamPosition? position)
    {
        lock (_gate)
        {
            foreach (var block in _sealed)
            {
                block.Sent = false;
            }
            var stored = position?.Sequence ?? 0;
            if (position is { } known && stored >= _next)
            {
                // The master has more than this agent knows of: an earlier one sent it and was killed. That counts.
                (_next, _cursor) = (stored + 1, _block.Lines == 0 ? known.Cursor : _cursor);
            }
            _host.CountLost(-_lost?.KnowStored(stored) ?? 0);
            Trim(stored);
            MarkGap(stored);
            (_tailSent, _refused) = (0, false);
            Pulse();
        }
    }

    /// <summary>The connection is gone: whoever waits for room goes on, into the spool.</summary>
    public void Disconnect()
    {
        lock (_gate)
        {
            Overflow();
            Pulse();
        }
    }

    /// <summary>The agent ends in order: everything goes to disk.</summary>
    public void Save()
    {
        lock (_gate)
        {
            if (_block.Lines > 0)
            {
                Seal();
            }
            PlaceMarker();
            Spill();
        }
    }

    private void Seal()
    {
        var (lastAt, lines) = (_block.LastAt, _blockContainerLines);
        var bytes = _block.Seal(_stream, _next, _cursor);
        _sealed.Add(new() { Sequence = _next++, Cursor = _cursor, LastAt = lastAt, Length = bytes.Length, ContainerLines = lines, Bytes = bytes });
        (_tailSent, _blockContainerLines) = (0, 0);
        if (!_host.Connected)
        {
            Overflow();
        }
        _host.Work.Set();
    }

    private void Overflow()
    {
        if (_sealed.Count(b => b.Bytes is not null) > InMemory)
        {
            Spill();
        }
        var (held, limit) = (_sealed.Sum(b => (long)b.Length), _host.StreamLimitBytes);
        while (held > limit && _sealed is [var oldest, ..])
        {
            _lost ??= new();
            _lost.Add(oldest);
            _host.CountLost(oldest.ContainerLines);
            held -= oldest.Length;
            Remove(oldest);
        }
    }

    private void Spill()
    {
        foreach (var block in _sealed.Where(b => b.Bytes is not null))
        {
            if (_file is null or { IsFull: true })
            {
                _file = _host.Folder.NewFile(_stream, block.Sequence);
            }
            block.Offset = _file.Append(block.Bytes!);
            (block.File, block.Bytes) = (_file, null);
        }
    }

    private void PlaceMarker()
    {
        if (_lost is { } lost)
        {
            _lost = null;
            if (lost.Lines > 0)
            {
                _sealed.Insert(0, lost.Seal(_stream));
            }
        }
    }

    /// <summary>Neither the master nor this host has what came after the master's last block: say so in its place.</summary>
    private void MarkGap(long stored)
    {
        var first = _sealed is [var oldest, ..] ? oldest.Sequence : _next;
        if (_lost is null && first > stored + 1)
        {
            var (at, cursor) = _sealed is [var next, ..] ? (next.LastAt, next.Cursor) : (_cursor.LatestAt, _cursor);
            _sealed.Insert(0, Marker(_stream, first - 1, at, cursor, 0,
                "Lines are missing here: the master lost them, or this host did when its agent was killed."));
        }
    }

    private void Trim(long sequence)
    {
        while (_sealed is [var oldest, ..] && oldest.Sequence <= sequence)
        {
            Remove(oldest);
        }
    }

    private void Remove(SpooledBlock block)
    {
        _sealed.Remove(block);
        block.File?.Release(block);
        if (_sealed.All(b => b.File is null))
        {
            _file = null;
        }
    }

    private void Pulse()
    {
        var changed = _changed;
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    /// <summary>Blocks that were dropped since the last marker.</summary>
    private sealed class Lost
    {
        private readonly List<SpooledBlock> _maybeStored = [];
        private long _lines;
        private long _sequence;
        private long _lastAt;
        private LogCursor _cursor;

        public long Lines => _lines + _maybeStored.Sum(block => block.ContainerLines + block.TellsLost);

        public void Add(SpooledBlock block)
        {
            if (block.EverSent)
            {
                _maybeStored.Add(block);
                block.Bytes = null;
            }
            else
            {
                _lines += block.ContainerLines + block.TellsLost;
            }
            (_sequence, _lastAt, _cursor) = (block.Sequence, block.LastAt, block.Cursor);
        }

        /// <summary>The master has these blocks after all.</summary>
        /// <returns>How many lines are not lost by that.</returns>
        public long KnowStored(long sequence)
        {
            var found = _maybeStored.Where(block => block.Sequence <= sequence).Sum(block => (long)block.ContainerLines);
            _maybeStored.RemoveAll(block => block.Sequence <= sequence);
            return found;
        }

        /// <summary>One line in the place of all that is missing.</summary>
        public SpooledBlock Seal(LogStreamKey stream) => Marker(stream, _sequence, _lastAt, _cursor, Lines,
            $"{Lines} {(Lines == 1 ? "line" : "lines")} lost: the master was away and the log spool of this host was full.");
    }

    private static SpooledBlock Marker(LogStreamKey stream, long sequence, long at, LogCursor cursor, long lost, string text)
    {
        var builder = new LogBlockBuilder();
        builder.Add(new(at, LogSource.Kontena, false, Encoding.UTF8.GetBytes(text)));
        var bytes = builder.Seal(stream, sequence, cursor);
        return new()
        {
            Sequence = sequence, Cursor = cursor, LastAt = at, Length = bytes.Length, ContainerLines = 0, TellsLost = lost, Bytes = bytes,
        };
    }
}
