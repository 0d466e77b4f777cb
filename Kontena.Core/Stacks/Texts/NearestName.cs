namespace Kontena.Core.Stacks;

/// <summary>Finds the name that somebody probably meant.</summary>
internal static class NearestName
{
    /// <summary>More are not worth the time: a file with so many names is made by a machine.</summary>
    private const int MostNames = 200;

    /// <returns>The nearest of <paramref name="known"/>; null when none is near enough to be a slip of the fingers.</returns>
    public static string? Of(string written, IEnumerable<string> known)
    {
        if (written.Length is 0 or > 40)
        {
            return null;
        }
        var wanted = Plain(written);
        var (best, bestDistance) = ((string?)null, Math.Max(1, written.Length / 3) + 1);
        foreach (var name in known.Take(MostNames))
        {
            if (Math.Abs(name.Length - written.Length) > bestDistance + 2)
            {
                continue;
            }
            var distance = Distance(wanted, Plain(name));
            if (distance < bestDistance)
            {
                (best, bestDistance) = (name, distance);
            }
        }
        return best;
    }

    public static string DidYouMean(string written, IEnumerable<string> known) =>
        Of(written, known) is { } name ? $" Did you mean '{name}'?" : "";

    private static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>Insertions, deletions, replacements and swaps of neighbours.</summary>
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            rows[i, 0] = i;
        }
        for (var j = 0; j <= b.Length; j++)
        {
            rows[0, j] = j;
        }
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }
        return rows[a.Length, b.Length];
    }
}
