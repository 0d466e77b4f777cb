namespace Kontena.Core.Streams;

/// <summary>How long a loop waits after failures in a row: 0.5 s, doubling, at most 30 s.</summary>
public static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <param name="failures">In a row, from 1.</param>
    public static TimeSpan After(int failures)
    {
        var doubled = First * Math.Pow(2, Math.Clamp(failures - 1, 0, 10));
        return doubled < Longest ? doubled : Longest;
    }
}
