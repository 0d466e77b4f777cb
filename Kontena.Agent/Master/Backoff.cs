namespace Kontena.Agent.Master;

/// <summary>Full jitter: any time up to a bound that doubles, so that agents that lost one master do not come back as one.</summary>
internal static class Backoff
{
    private const double MaxSeconds = 30;

    public static TimeSpan After(int failures) => After(failures, Random.Shared.NextDouble());

    /// <param name="share">0–1, of the bound.</param>
    internal static TimeSpan After(int failures, double share) =>
        TimeSpan.FromSeconds(share * Math.Min(MaxSeconds, Math.Pow(2, Math.Clamp(failures - 1, 0, 10))));
}
