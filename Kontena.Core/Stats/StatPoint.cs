namespace Kontena.Core.Stats;

/// <summary>What a container used during the time up to one moment: counters as rates.</summary>
/// <param name="At">Milliseconds since 1970.</param>
/// <param name="CpuPercent">Of one core: 200 is two cores busy.</param>
/// <param name="MemoryLimitBytes">0: none.</param>
public readonly record struct StatPoint(
    long At, double CpuPercent, long MemoryBytes, long MemoryLimitBytes,
    double NetworkReceivedPerSecond, double NetworkSentPerSecond, double BlockReadPerSecond, double BlockWrittenPerSecond)
{
    /// <summary>The rates between two samples; null when they do not follow each other.</summary>
    /// <remarks>A counter that fell belongs to a new container: it counts from zero again.</remarks>
    public static StatPoint? Between(in StatSample before, in StatSample after)
    {
        var milliseconds = after.At - before.At;
        if (milliseconds <= 0)
        {
            return null;
        }
        double PerSecond(long from, long to) => Math.Max(0, (to < from ? to : to - from) * 1_000.0 / milliseconds);
        return new(after.At, PerSecond(before.CpuNanos, after.CpuNanos) / 1e7, after.MemoryBytes, after.MemoryLimitBytes,
            PerSecond(before.NetworkReceivedBytes, after.NetworkReceivedBytes), PerSecond(before.NetworkSentBytes, after.NetworkSentBytes),
            PerSecond(before.BlockReadBytes, after.BlockReadBytes), PerSecond(before.BlockWrittenBytes, after.BlockWrittenBytes));
    }

    /// <summary>One point for several: mean rates, and the peak of memory, since that is what hits a limit.</summary>
    public static StatPoint Merge(long at, ReadOnlySpan<StatPoint> points)
    {
        double cpu = 0, received = 0, sent = 0, read = 0, written = 0;
        long memory = 0, limit = 0;
        foreach (ref readonly var point in points)
        {
            cpu += point.CpuPercent;
            received += point.NetworkReceivedPerSecond;
            sent += point.NetworkSentPerSecond;
            read += point.BlockReadPerSecond;
            written += point.BlockWrittenPerSecond;
            memory = Math.Max(memory, point.MemoryBytes);
            limit = Math.Max(limit, point.MemoryLimitBytes);
        }
        var n = Math.Max(1, points.Length);
        return new(at, cpu / n, memory, limit, received / n, sent / n, read / n, written / n);
    }
}

/// <summary>What a host used during the time up to one moment.</summary>
/// <param name="CpuPercent">Of all cores together, 0–100.</param>
/// <param name="MemoryUsedBytes">Without what the kernel would give back: cache and buffers.</param>
public readonly record struct NodeStatPoint(
    long At, double CpuPercent, double Load1, long MemoryUsedBytes, long MemoryTotalBytes, long DiskUsedBytes, long DiskTotalBytes,
    double NetworkReceivedPerSecond, double NetworkSentPerSecond)
{
    public static NodeStatPoint? Between(in NodeStatSample before, in NodeStatSample after)
    {
        var milliseconds = after.At - before.At;
        if (milliseconds <= 0)
        {
            return null;
        }
        double PerSecond(long from, long to) => Math.Max(0, (to < from ? to : to - from) * 1_000.0 / milliseconds);
        var used = after.MemoryTotalBytes - after.MemoryFreeBytes - after.MemoryCachedBytes - after.MemoryBuffersBytes;
        return new(after.At, after.CpuPercent, after.Load1, Math.Max(0, used), after.MemoryTotalBytes, after.DiskUsedBytes, after.DiskTotalBytes,
            PerSecond(before.NetworkReceivedBytes, after.NetworkReceivedBytes), PerSecond(before.NetworkSentBytes, after.NetworkSentBytes));
    }

    public static NodeStatPoint Merge(long at, ReadOnlySpan<NodeStatPoint> points)
    {
        double cpu = 0, load = 0, received = 0, sent = 0;
        long memory = 0, memoryTotal = 0, disk = 0, diskTotal = 0;
        foreach (ref readonly var point in points)
        {
            cpu += point.CpuPercent;
            load += point.Load1;
            received += point.NetworkReceivedPerSecond;
            sent += point.NetworkSentPerSecond;
            memory = Math.Max(memory, point.MemoryUsedBytes);
            memoryTotal = Math.Max(memoryTotal, point.MemoryTotalBytes);
            disk = Math.Max(disk, point.DiskUsedBytes);
            diskTotal = Math.Max(diskTotal, point.DiskTotalBytes);
        }
        var n = Math.Max(1, points.Length);
        return new(at, cpu / n, load / n, memory, memoryTotal, disk, diskTotal, received / n, sent / n);
    }
}
