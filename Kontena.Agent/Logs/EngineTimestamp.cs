using System.Buffers;
using System.Globalization;

namespace Kontena.Agent.Logs;

/// <summary>The time that the engine writes before each record: <c>2026-03-01T12:00:00.000000001Z</c> and a space.</summary>
internal static class EngineTimestamp
{
    /// <summary>With a numeric offset and the space.</summary>
    public const int Longest = 36;

    /// <returns>Nanoseconds since 1970 and the length with the space; null when there is no such time at the start.</returns>
    public static (long At, int Length)? Read(ReadOnlySequence<byte> source)
    {
        Span<byte> text = stackalloc byte[Longest];
        var head = source.Length > Longest ? source.Slice(0, Longest) : source;
        head.CopyTo(text);
        text = text[..(int)head.Length];
        var space = text.IndexOf((byte)' ');
        return space > 0 && Parse(text[..space]) is { } at ? (at, space + 1) : null;
    }

    /// <summary>For the engine's <c>since</c>: seconds with nine decimals.</summary>
    public static string Since(long at) => at <= 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{at / 1_000_000_000}.{at % 1_000_000_000:D9}");

    private static long? Parse(ReadOnlySpan<byte> text)
    {
        if (text.Length < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':'
            || Digits(text[..4]) is not { } year || Digits(text[5..7]) is not { } month || Digits(text[8..10]) is not { } day
            || Digits(text[11..13]) is not { } hour || Digits(text[14..16]) is not { } minute || Digits(text[17..19]) is not { } second
            || year is < 1970 or > 2200 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth((int)year, (int)month)
            || hour > 23 || minute > 59 || second > 60)
        {
            return null;
        }
        var rest = text[19..];
        var nanoseconds = 0L;
        if (rest[0] == '.')
        {
            var end = 1;
            while (end < rest.Length && char.IsAsciiDigit((char)rest[end]))
            {
                end++;
            }
            if (end is < 2 or > 10 || Digits(rest[1..end]) is not { } fraction)
            {
                return null;
            }
            nanoseconds = fraction;
            for (var i = end; i < 10; i++)
            {
                nanoseconds *= 10;
            }
            rest = rest[end..];
        }
        if (Offset(rest) is not { } offset)
        {
            return null;
        }
        var days = new DateOnly((int)year, (int)month, (int)day).DayNumber - new DateOnly(1970, 1, 1).DayNumber;
        return (((days * 24L + hour) * 60 + minute - offset) * 60 + second) * 1_000_000_000 + nanoseconds;
    }

    /// <returns>Minutes east of UTC.</returns>
    private static long? Offset(ReadOnlySpan<byte> zone) => zone switch
    {
        [(byte)'Z'] => 0,
        [(byte)'+' or (byte)'-', _, _, (byte)':', _, _] when Digits(zone[1..3]) is { } hours && Digits(zone[4..6]) is { } minutes =>
            (zone[0] == '-' ? -1 : 1) * (hours * 60 + minutes),
        _ => null,
    };

    private static long? Digits(ReadOnlySpan<byte> text)
    {
        var value = 0L;
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return null;
            }
            value = value * 10 + digit - '0';
        }
        return value;
    }
}
