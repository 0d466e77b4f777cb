using System.Globalization;

namespace Kontena.Web.Logs;

/// <summary>The place of a line among all lines of a service: by time, and where that is equal by stream and position in it.</summary>
/// <param name="At">Nanoseconds since 1970.</param>
internal readonly record struct LogLineId(long At, long Stream, long Sequence, int Index) : IComparable<LogLineId>
{
    /// <summary>Bounds of what its text can hold; a block beyond them is refused.</summary>
    public const long MostSequence = uint.MaxValue;

    private const int Length = 16 + 8 + 8 + 5;

    public int CompareTo(LogLineId other) =>
        At != other.At ? At.CompareTo(other.At)
        : Stream != other.Stream ? Stream.CompareTo(other.Stream)
        : Sequence != other.Sequence ? Sequence.CompareTo(other.Sequence)
        : Index.CompareTo(other.Index);

    /// <summary>Sorts as text as the lines do.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{At:x16}{Stream:x8}{Sequence:x8}{Index:x5}");

    public static LogLineId? Parse(string? text) =>
        text is { Length: Length }
        && long.TryParse(text.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var at) && at >= 0
        && long.TryParse(text.AsSpan(16, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var stream)
        && long.TryParse(text.AsSpan(24, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var sequence)
        && int.TryParse(text.AsSpan(32, 5), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var index)
            ? new(at, stream, sequence, index)
            : null;
}
