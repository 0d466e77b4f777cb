using System.Collections.Immutable;
using Kontena.Core.Stats;

namespace Kontena.Core.Logs;

/// <summary>A decoded frame of the telemetry socket.</summary>
public abstract record TelemetryMessage
{
    private TelemetryMessage()
    {
    }

    /// <summary>A sealed block whose checksum is right; its lines were not looked at.</summary>
    public sealed record Block(LogBlockHeader Header, ReadOnlyMemory<byte> Bytes) : TelemetryMessage;

    /// <summary>Lines of the block that will have this sequence.</summary>
    /// <param name="First">Index in that block of the first of them.</param>
    public sealed record Tail(LogStreamKey Stream, long Sequence, int First, ImmutableArray<LogLine> Lines) : TelemetryMessage;

    public sealed record Stats(ImmutableArray<InstanceSamples> Instances, ImmutableArray<NodeStatSample> Node) : TelemetryMessage;

    public sealed record Acks(ImmutableArray<BlockAck> Blocks) : TelemetryMessage;

    /// <summary>All services of the grid that somebody watches right now; replaces what was said before.</summary>
    public sealed record Watched(ImmutableArray<Guid> Services) : TelemetryMessage;

    /// <param name="Last">No more frames of positions follow; a stream in none of them is new to the master.</param>
    public sealed record Positions(ImmutableArray<StreamPosition> Streams, bool Last) : TelemetryMessage;
}

/// <param name="Refused">The master will never take a block of this stream: it belongs to no instance of this node.</param>
public readonly record struct BlockAck(LogStreamKey Stream, long Sequence, bool Refused);

/// <summary>The last durable block of a stream.</summary>
public readonly record struct StreamPosition(LogStreamKey Stream, long Sequence, LogCursor Cursor);

/// <summary>Samples of one instance, all from one container (a new one starts its counters again).</summary>
public sealed record InstanceSamples(Guid InstanceId, ImmutableArray<StatSample> Samples);
