namespace Kontena.Agent.Master;

/// <summary>What waits on the way to the master's telemetry socket, for the heartbeat. Written by whoever sends logs.</summary>
internal sealed class TelemetryQueue
{
    private int _queuedBlocks;
    private long _linesDropped;

    public int QueuedBlocks
    {
        get => Volatile.Read(ref _queuedBlocks);
        set => Volatile.Write(ref _queuedBlocks, value);
    }

    /// <summary>Since the agent started.</summary>
    public long LinesDropped => Interlocked.Read(ref _linesDropped);

    public void Dropped(long lines) => Interlocked.Add(ref _linesDropped, lines);
}
