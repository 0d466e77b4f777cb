namespace Kontena.Core.Stats;

/// <summary>What one container used at one moment. Counters are totals since its start.</summary>
/// <param name="At">Milliseconds since 1970.</param>
/// <param name="CpuNanos">CPU time used.</param>
/// <param name="MemoryBytes">In use without the page cache that can be dropped.</param>
/// <param name="MemoryLimitBytes">0: none.</param>
public readonly record struct StatSample(
    long At, long CpuNanos, long MemoryBytes, long MemoryLimitBytes,
    long NetworkReceivedBytes, long NetworkSentBytes, long BlockReadBytes, long BlockWrittenBytes);

/// <summary>What a host used at one moment.</summary>
/// <param name="CpuPercent">Of all cores together, 0–100.</param>
public readonly record struct NodeStatSample(
    long At, double CpuPercent, double Load1, long MemoryTotalBytes, long MemoryFreeBytes, long MemoryCachedBytes, long MemoryBuffersBytes,
    long DiskTotalBytes, long DiskUsedBytes, long NetworkReceivedBytes, long NetworkSentBytes);
