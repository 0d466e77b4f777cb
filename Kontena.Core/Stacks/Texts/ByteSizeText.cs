using System.Globalization;
using System.Text.RegularExpressions;

namespace Kontena.Core.Stacks;

/// <summary>Sizes in bytes: digits with an optional unit, powers of 1024.</summary>
internal static partial class ByteSizeText
{
    /// <summary>As Kontena writes them: <c>512m</c>. Null when it is none, or more than 2⁶².</summary>
    public static long? Parse(string text) => Value(Whole().Match(text));

    /// <summary>As Compose writes them: <c>1.5gb</c>.</summary>
    public static long? ParseCompose(string text) => Value(Fractional().Match(text.Trim()));

    /// <summary>The shortest exact form.</summary>
    public static string Print(long bytes)
    {
        foreach (var (unit, size) in new[] { ("g", 1L << 30), ("m", 1L << 20), ("k", 1L << 10) })
        {
            if (bytes != 0 && bytes % size == 0)
            {
                return (bytes / size).ToString(CultureInfo.InvariantCulture) + unit;
            }
        }
        return bytes.ToString(CultureInfo.InvariantCulture);
    }

    private static long? Value(Match match)
    {
        if (!match.Success || match.Groups[1].Length > 20)
        {
            return null;
        }
        var unit = match.Groups[2].Value.ToLowerInvariant() switch
        {
            "k" or "kb" => 1L << 10,
            "m" or "mb" => 1L << 20,
            "g" or "gb" => 1L << 30,
            _ => 1L,
        };
        var bytes = decimal.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * unit;
        return bytes < 1L << 62 ? (long)decimal.Floor(bytes) : null;
    }

    [GeneratedRegex("^([0-9]+)([kmgKMG]?)$", RegexOptions.CultureInvariant)]
    private static partial Regex Whole();

    [GeneratedRegex(@"^([0-9]+(?:\.[0-9]+)?) ?([kmg]?b?)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Fractional();
}
