using Kontena.Core.Logs;

namespace Kontena.Agent.Logs;

/// <summary>A sealed block that the master has not acknowledged yet, in memory or on disk.</summary>
internal sealed class SpooledBlock
{
    public required long Sequence { get; init; }

    public required LogCursor Cursor { get; init; }

    public required long LastAt { get; init; }

    public required int Length { get; init; }

    /// <summary>Lines that a container wrote. Lines of our own do not count as lost.</summary>
    public required int ContainerLines { get; init; }

    /// <summary>Lines that are lost and that a line in this block tells of.</summary>
    public long TellsLost { get; init; }

    /// <summary>Null when it lies on disk.</summary>
    public byte[]? Bytes { get; set; }

    public SpoolFile? File { get; set; }

    public long Offset { get; set; }

    /// <summary>On this connection.</summary>
    public bool Sent { get; set; }

    /// <summary>On any connection: the master may have it although it never said so.</summary>
    public bool EverSent { get; set; }

    public byte[] Read() => Bytes ?? File!.Read(Offset, Length);
}
