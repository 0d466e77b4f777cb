using System.Globalization;

namespace Kontena.Core.Services;

/// <summary>Sizes as people read them: <c>212 MB</c>, <c>1.5 GB</c>. One MB is 1,048,576 bytes, as in stack files (<c>212m</c>).</summary>
public static class ByteSize
{
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary>At most one decimal, and none from 100 on.</summary>
    public static string Format(long bytes)
    {
        // Decimal: exact for every long, long.MinValue included.
        var size = Math.Abs((decimal)bytes);
        var unit = 0;
        while (Round(size) >= 1024 && unit < Units.Length - 1)
        {
            size /= 1024;
            unit++;
        }
        return (bytes < 0 ? "-" : "") + Round(size).ToString("0.#", CultureInfo.InvariantCulture) + " " + Units[unit];
    }

    /// <summary>The form of a stack file, exact: <c>768m</c>, <c>1g</c>, <c>1000</c>.</summary>
    public static string FormatExact(long bytes) => bytes switch
    {
        _ when bytes > 0 && bytes % (1L << 30) == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 30}g"),
        _ when bytes > 0 && bytes % (1L << 20) == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20}m"),
        _ when bytes > 0 && bytes % (1L << 10) == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 10}k"),
        _ => bytes.ToString(CultureInfo.InvariantCulture),
    };

    private static decimal Round(decimal size) => Math.Round(size, size >= 100 ? 0 : 1, MidpointRounding.AwayFromZero);
}
