using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Kontena.Core.Stacks;

/// <summary>Durations in the forms of the language.</summary>
internal static partial class DurationText
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3_650);

    /// <summary><c>1m12.5s</c>; null when it is none, or longer than ten years.</summary>
    public static TimeSpan? Parse(string text) => Sum(Units().Match(text));

    /// <summary>As Compose writes them, with <c>d</c>, <c>ms</c> and <c>us</c> too.</summary>
    public static TimeSpan? ParseCompose(string text) => Sum(ComposeUnits().Match(text));

    /// <summary><c>90min</c>, <c>12h</c>, <c>7d</c>, or seconds.</summary>
    public static TimeSpan? ParseInterval(string text)
    {
        var match = Interval().Match(text);
        if (!match.Success || match.Groups[1].Length > 10)
        {
            return null;
        }
        var number = decimal.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        return Bounded(number * match.Groups[2].Value switch { "min" => 60, "h" => 3_600, "d" => 86_400, _ => 1 });
    }

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public static string Print(TimeSpan duration)
    {
        var text = new StringBuilder();
        var hours = (long)Math.Floor(duration.TotalHours);
        var seconds = (decimal)(duration.Ticks - (hours * TimeSpan.TicksPerHour) - (duration.Minutes * TimeSpan.TicksPerMinute)) / TimeSpan.TicksPerSecond;
        _ = hours > 0 ? text.Append(CultureInfo.InvariantCulture, $"{hours}h") : text;
        _ = duration.Minutes > 0 ? text.Append(CultureInfo.InvariantCulture, $"{duration.Minutes}m") : text;
        _ = seconds > 0 || text.Length == 0 ? text.Append(CultureInfo.InvariantCulture, $"{seconds:0.#######}s") : text;
        return text.ToString();
    }

    private static TimeSpan? Sum(Match match)
    {
        if (!match.Success)
        {
            return null;
        }
        decimal seconds = 0;
        var any = false;
        foreach (var (name, unit) in new[] { ("d", 86_400m), ("h", 3_600m), ("m", 60m), ("s", 1m), ("ms", 0.001m), ("us", 0.000001m) })
        {
            if (match.Groups[name] is { Success: true, Length: <= 18 } group)
            {
                seconds += decimal.Parse(group.ValueSpan, CultureInfo.InvariantCulture) * unit;
                any = true;
            }
        }
        return any ? Bounded(seconds) : null;
    }

    private static TimeSpan? Bounded(decimal seconds) =>
        seconds <= (decimal)Longest.TotalSeconds ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)) : null;

    [GeneratedRegex(@"^(?:(?<h>\d+(?:\.\d+)?)h)?(?:(?<m>\d+(?:\.\d+)?)m)?(?:(?<s>\d+(?:\.\d+)?)s)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Units();

    [GeneratedRegex(@"^(?:(?<d>\d+(?:\.\d+)?)d)?(?:(?<h>\d+(?:\.\d+)?)h)?(?:(?<m>\d+(?:\.\d+)?)m(?!s))?(?:(?<s>\d+(?:\.\d+)?)s)?(?:(?<ms>\d+(?:\.\d+)?)ms)?(?:(?<us>\d+(?:\.\d+)?)us)?$", RegexOptions.CultureInvariant)]
    private static partial Regex ComposeUnits();

    [GeneratedRegex("^([0-9]+)(min|h|d)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Interval();
}
