namespace Kontena.Core.Stats;

/// <summary>Brings a series to the number of points that a chart has pixels for.</summary>
public static class DownSample
{
    public delegate T Merge<T>(long at, ReadOnlySpan<T> points);

    /// <summary>At most <paramref name="count"/> points, one for each equal slice of time that has any, at the time of the last in it.</summary>
    /// <param name="points">In the order of their times.</param>
    /// <remarks>A series that already fits comes back as it is; a gap stays a gap.</remarks>
    public static T[] To<T>(ReadOnlySpan<T> points, int count, Func<T, long> at, Merge<T> merge)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (points.Length <= count)
        {
            return points.ToArray();
        }
        var start = at(points[0]);
        var span = Math.Max(1, at(points[^1]) - start + 1);
        var merged = new List<T>(count);
        for (int from = 0, to; from < points.Length; from = to)
        {
            var slice = Slice(at(points[from]));
            to = from + 1;
            while (to < points.Length && Slice(at(points[to])) == slice)
            {
                to++;
            }
            merged.Add(merge(at(points[to - 1]), points[from..to]));
        }
        return [.. merged];

        long Slice(long time) => (long)((Int128)(time - start) * count / span);
    }
}
