namespace Kontena.Core.Logs;

public enum LogSource : byte
{
    Stdout = 1,
    Stderr = 2,

    /// <summary>Written by Kontena: a loss marker, a container's start or end, a hook's name.</summary>
    Kontena = 3,
}

/// <summary>One line as a container wrote it.</summary>
/// <param name="At">The engine's timestamp, nanoseconds since 1970.</param>
/// <param name="Partial">The line goes on in the next one of the same source: it was longer than 64 KiB.</param>
/// <param name="Text">UTF-8 without the line break; any bytes a container may write.</param>
public readonly record struct LogLine(long At, LogSource Source, bool Partial, ReadOnlyMemory<byte> Text);
