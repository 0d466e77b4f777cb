namespace Kontena.Core.Logs;

/// <summary>The kinds of frames on the telemetry socket. One frame is one binary WebSocket message.</summary>
/// <remarks>docs/protocol.md.</remarks>
public enum TelemetryFrame : byte
{
    /// <summary>Agent to master: a sealed block with its stream and sequence. Acknowledged.</summary>
    Block = 1,

    /// <summary>Agent to master: lines of a block that is not full yet, for viewers only. Not acknowledged, not stored.</summary>
    Tail = 2,

    /// <summary>Agent to master: statistics samples. Not acknowledged.</summary>
    Stats = 3,

    /// <summary>Master to agent: the block with this stream and sequence is durable.</summary>
    Ack = 4,

    /// <summary>Master to agent: the services that somebody watches, so that tails are worth sending.</summary>
    Watched = 5,

    /// <summary>Master to agent, once after connecting: the last durable sequence and position of each stream of this node.</summary>
    Positions = 6,
}
