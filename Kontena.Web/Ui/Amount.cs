using System.Globalization;

namespace Kontena.Web.Ui;

/// <summary>Numbers in the words of the pages: <c>212 MB</c>, <c>14.2 GB</c>, <c>88 %</c>.</summary>
public static class Amount
{
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB", "PB"];

    /// <summary>Multiples of 1024, with one decimal below ten of a unit from GB on: <c>402 MB</c>, <c>1.6 GB</c>, <c>14 GB</c>.</summary>
    public static string Bytes(long bytes)
    {
        double value = Math.Max(0, bytes);
        var unit = 0;
        while (value >= 1000 && unit < Units.Length - 1)
        {
            (value, unit) = (value / 1024, unit + 1);
        }
        return unit >= 3 && value < 10
            ? string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {Units[unit]}")
            : string.Create(CultureInfo.InvariantCulture, $"{value:0} {Units[unit]}");
    }

    /// <param name="share">0–1, and more where more is possible.</param>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(share * 100)} %");

    /// <summary><c>1 instance</c>, <c>3 instances</c>.</summary>
    public static string Count(int count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many ?? one + "s")}");
}
