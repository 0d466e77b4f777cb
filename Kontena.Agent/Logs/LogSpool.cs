using System.Collections.Concurrent;
using System.Collections.Immutable;
using Kontena.Core.Logs;
using Kontena.Core.Streams;

namespace Kontena.Agent.Logs;

/// <summary>All log lines of this host that the master has not acknowledged.</summary>
internal sealed class LogSpool
{
    private const long HostLimitBytes = 512L * 1024 * 1024;
    private const long OneStreamLimitBytes = 64L * 1024 * 1024;

    private readonly ConcurrentDictionary<LogStreamKey, StreamSpool> _streams = [];
    private readonly TaskCompletionSource _positions = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _hostLimit;
    private readonly long _streamLimit;
    private ImmutableDictionary<LogStreamKey, StreamPosition> _known = ImmutableDictionary<LogStreamKey, StreamPosition>.Empty;
    private long _linesLost;

    public LogSpool(string folder, TimeProvider time, long hostLimitBytes = HostLimitBytes, long streamLimitBytes = OneStreamLimitBytes)
    {
        (Time, _hostLimit, _streamLimit) = (time, hostLimitBytes, streamLimitBytes);
        Folder = new(folder, hostLimitBytes);
        foreach (var left in Folder.Load())
        {
            _streams[left.Key] = new(left.Key, this, left);
        }
    }

    public TimeProvider Time { get; }

    /// <summary>A master has told its positions and takes blocks.</summary>
    public bool Connected { get; private set; }

    /// <summary>Lines lost since the agent started.</summary>
    public long LinesLost => Interlocked.Read(ref _linesLost);

    /// <summary>Blocks that wait for the master's acknowledgement.</summary>
    public int WaitingBlocks => _streams.Values.Sum(stream => stream.Waiting);

    public IEnumerable<StreamSpool> Streams => _streams.Values;

    /// <summary>Set when there may be a block to send.</summary>
    public Pulse Work { get; } = new();

    internal SpoolFolder Folder { get; }

    /// <summary>When the host's limit is reached each stream keeps its equal part.</summary>
    internal long StreamLimitBytes => Folder.IsFull ? Math.Min(_streamLimit, _hostLimit / Math.Max(1, _streams.Count)) : _streamLimit;

    /// <summary>The stream of a container, with the place up to which its log was read.</summary>
    /// <remarks>
    /// Waits for the first contact with a master: only it knows what an agent before this one delivered. Until then the engine
    /// keeps the lines.
    /// </remarks>
    public async Task<(StreamSpool Spool, bool IsNew)> OpenAsync(LogStreamKey stream, CancellationToken cancel)
    {
        await _positions.Task.WaitAsync(cancel);
        var isNew = false;
        var spool = _streams.GetOrAdd(stream, key =>
        {
            var opened = new StreamSpool(key, this, []);
            if (_known.TryGetValue(key, out var position))
            {
                opened.Connect(position);
            }
            else
            {
                isNew = true;
            }
            return opened;
        });
        return (spool, isNew);
    }

    /// <summary>The container is gone and so is its follower; once everything is delivered the stream is forgotten.</summary>
    public void Forget(LogStreamKey stream)
    {
        if (_streams.TryGetValue(stream, out var spool) && spool.IsEmpty)
        {
            _streams.TryRemove(stream, out _);
        }
    }

    /// <summary>A connection begins; <paramref name="positions"/> are all that its master has of this node.</summary>
    public void Connect(ImmutableDictionary<LogStreamKey, StreamPosition> positions)
    {
        _known = positions;
        Connected = true;
        foreach (var stream in _streams.Values)
        {
            stream.Connect(positions.TryGetValue(stream.Stream, out var position) ? position : null);
        }
        _positions.TrySetResult();
        Work.Set();
    }

    public void Disconnect()
    {
        Connected = false;
        foreach (var stream in _streams.Values)
        {
            stream.Disconnect();
        }
    }

    public void Acknowledge(in BlockAck ack)
    {
        if (_streams.TryGetValue(ack.Stream, out var stream))
        {
            stream.Acknowledge(ack.Sequence, ack.Refused);
        }
        Work.Set();
    }

    /// <summary>The agent ends in order.</summary>
    public void Save()
    {
        Connected = false;
        foreach (var stream in _streams.Values)
        {
            stream.Save();
        }
    }

    internal void CountLost(long lines) => Interlocked.Add(ref _linesLost, lines);
}
