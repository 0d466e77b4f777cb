using Kontena.Core.Stats;

namespace Kontena.Web.Stats;

/// <summary>What an instance uses now.</summary>
/// <param name="CpuPercent">Of one core.</param>
/// <param name="MemoryLimitBytes">0: none.</param>
/// <param name="CpuSpark">At most 36 values of the last ten minutes, the latest last.</param>
public sealed record LatestStat(
    DateTimeOffset At, double CpuPercent, long MemoryBytes, long MemoryLimitBytes, IReadOnlyList<double> CpuSpark, IReadOnlyList<double> MemorySpark);

/// <summary>What a host uses now.</summary>
/// <param name="CpuPercent">Of all cores together.</param>
public sealed record LatestNodeStat(
    DateTimeOffset At, double CpuPercent, double Load1, long MemoryUsedBytes, long MemoryTotalBytes, long DiskUsedBytes, long DiskTotalBytes,
    IReadOnlyList<double> CpuSpark, IReadOnlyList<double> MemorySpark);

/// <summary>The latest statistics for pages, from memory alone: cheap enough for every row of every list.</summary>
internal sealed class LatestStats(StatRings rings, TimeProvider time)
{
    public const int SparkPoints = 36;

    /// <summary>Older ones say nothing about now.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(45);

    private static readonly TimeSpan SparkSpan = TimeSpan.FromMinutes(10);

    /// <returns>Null when nothing was heard of it for a while.</returns>
    public LatestStat? OfInstance(Guid instance)
    {
        var now = time.GetUtcNow();
        if (rings.Instance(instance) is not { } ring || ring.Points.Latest is not { } latest || IsOld(latest.At, now))
        {
            return null;
        }
        var spark = ring.Points.Spark((now - SparkSpan).ToUnixTimeMilliseconds(), SparkPoints);
        return new(DateTimeOffset.FromUnixTimeMilliseconds(latest.At), latest.CpuPercent, latest.MemoryBytes, latest.MemoryLimitBytes,
            [.. spark.Select(p => p.CpuPercent)], [.. spark.Select(p => (double)p.MemoryBytes)]);
    }

    /// <returns>Null when nothing was heard of it for a while.</returns>
    public LatestNodeStat? OfNode(Guid node)
    {
        var now = time.GetUtcNow();
        if (rings.Node(node) is not { } ring || ring.Points.Latest is not { } latest || IsOld(latest.At, now))
        {
            return null;
        }
        var spark = ring.Points.Spark((now - SparkSpan).ToUnixTimeMilliseconds(), SparkPoints);
        return new(DateTimeOffset.FromUnixTimeMilliseconds(latest.At), latest.CpuPercent, latest.Load1, latest.MemoryUsedBytes,
            latest.MemoryTotalBytes, latest.DiskUsedBytes, latest.DiskTotalBytes,
            [.. spark.Select(p => p.CpuPercent)], [.. spark.Select(p => (double)p.MemoryUsedBytes)]);
    }

    /// <summary>All instances of a service together; null when nothing was heard of any.</summary>
    public LatestStat? OfInstances(IEnumerable<Guid> instances)
    {
        var each = instances.Select(OfInstance).OfType<LatestStat>().ToList();
        return each.Count == 0 ? null : new(each.Max(s => s.At), each.Sum(s => s.CpuPercent), each.Sum(s => s.MemoryBytes),
            each.Any(s => s.MemoryLimitBytes == 0) ? 0 : each.Sum(s => s.MemoryLimitBytes), Sum(each, s => s.CpuSpark), Sum(each, s => s.MemorySpark));
    }

    /// <summary>Aligned at the end, where now is.</summary>
    private static double[] Sum(List<LatestStat> each, Func<LatestStat, IReadOnlyList<double>> spark)
    {
        var length = each.Max(s => spark(s).Count);
        var sum = new double[length];
        foreach (var values in each.Select(spark))
        {
            for (var i = 0; i < values.Count; i++)
            {
                sum[length - values.Count + i] += values[i];
            }
        }
        return sum;
    }

    private static bool IsOld(long at, DateTimeOffset now) => now.ToUnixTimeMilliseconds() - at > Fresh.TotalMilliseconds;
}
