using System.Globalization;

namespace Kontena.Web.Ui;

/// <summary>Times and durations in the words of the pages: <c>42 s</c>, <c>7 min</c>, <c>5 h</c>, <c>2 days</c>; <c>14:31:08</c>. Times are UTC.</summary>
public static class Ago
{
    /// <summary>How long ago; never negative, for a clock that runs ahead is no news.</summary>
    public static string Of(DateTimeOffset at, DateTimeOffset now) => Duration(now - at);

    /// <summary>One unit, rounded down: <c>42 s</c>, <c>7 min</c>, <c>5 h</c>, <c>1 day</c>, <c>112 days</c>.</summary>
    public static string Duration(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => "now",
        { TotalMinutes: < 1 } => $"{(int)span.TotalSeconds} s",
        { TotalHours: < 1 } => $"{(int)span.TotalMinutes} min",
        { TotalDays: < 1 } => $"{(int)span.TotalHours} h",
        { TotalDays: < 2 } => "1 day",
        _ => $"{(int)span.TotalDays} days",
    };

    /// <summary>For a column of figures: <c>4:50</c> below an hour, then <c>5 h</c>, <c>112 d</c>.</summary>
    public static string Short(TimeSpan span) => span switch
    {
        { Ticks: < 0 } => "0:00",
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes}:{span.Seconds:00}"),
        { TotalDays: < 1 } => $"{(int)span.TotalHours} h",
        _ => $"{(int)span.TotalDays} d",
    };

    /// <summary>How long something took: <c>0.4 s</c>, <c>3.1 s</c>, <c>3 min 08 s</c>, <c>2 h 05 min</c>.</summary>
    public static string Took(TimeSpan span) => span switch
    {
        { TotalSeconds: < 10 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, span.TotalSeconds):0.0} s"),
        { TotalMinutes: < 1 } => $"{(int)span.TotalSeconds} s",
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes} min {span.Seconds:00} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours} h {span.Minutes:00} min"),
    };

    /// <summary><c>14:31</c></summary>
    public static string Clock(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary><c>14:31:08</c></summary>
    public static string ClockSeconds(DateTimeOffset at) => at.UtcDateTime.ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary><c>12 Nov 14:31</c></summary>
    public static string DayAndTime(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM HH:mm", CultureInfo.InvariantCulture);

    /// <summary>For a tooltip: <c>12 November 2026, 14:31:08 UTC</c></summary>
    public static string Full(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM yyyy, HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
