using System.Text.Json;
using System.Text.Json.Serialization;
using Kontena.Agent.Logs;
using Kontena.Core.Stats;

namespace Kontena.Agent.Stats;

/// <summary>Asks the engine where its control groups cannot be read: dearer, a second for each container.</summary>
internal sealed class EngineStats(EngineLogs engine)
{
    /// <returns>Null when the container is gone.</returns>
    public async Task<StatSample?> ReadAsync(string container, long at, CancellationToken cancel)
    {
        await using var answer = await engine.OpenStatsAsync(container, cancel);
        if (answer is null)
        {
            return null;
        }
        var stats = await JsonSerializer.DeserializeAsync(answer.Stream, EngineStatsJson.Default.EngineStatsAnswer, cancel);
        return stats is null ? null : Sample(stats, at);
    }

    internal static StatSample? Sample(EngineStatsAnswer stats, long at)
    {
        if (stats.CpuStats?.CpuUsage is not { } cpu)
        {
            return null;
        }
        var inner = stats.MemoryStats?.Stats;
        var cache = inner is null ? 0 : inner.TryGetValue("total_inactive_file", out var v1) ? v1 : inner.GetValueOrDefault("inactive_file");
        var used = Math.Max(0, (long)((stats.MemoryStats?.Usage ?? 0) - cache));
        var blocks = stats.BlkioStats?.Bytes ?? [];
        long Sum(string operation) => (long)blocks.Where(b => string.Equals(b.Op, operation, StringComparison.OrdinalIgnoreCase)).Aggregate(0UL, (sum, b) => sum + b.Value);
        IEnumerable<EngineNetworkBytes> networks = stats.Networks is null ? [] : stats.Networks.Values;
        return new(at, (long)cpu.TotalUsage, used, (long)Math.Min(stats.MemoryStats?.Limit ?? 0, long.MaxValue),
            (long)networks.Aggregate(0UL, (sum, n) => sum + n.RxBytes), (long)networks.Aggregate(0UL, (sum, n) => sum + n.TxBytes), Sum("read"), Sum("write"));
    }
}

/// <remarks>Docker Engine API, ContainerStats.</remarks>
internal sealed record EngineStatsAnswer(
    [property: JsonPropertyName("cpu_stats")] EngineCpu? CpuStats,
    [property: JsonPropertyName("memory_stats")] EngineMemory? MemoryStats,
    [property: JsonPropertyName("blkio_stats")] EngineBlocks? BlkioStats,
    [property: JsonPropertyName("networks")] Dictionary<string, EngineNetworkBytes>? Networks);

internal sealed record EngineCpu([property: JsonPropertyName("cpu_usage")] EngineCpuUsage? CpuUsage);

internal sealed record EngineCpuUsage([property: JsonPropertyName("total_usage")] ulong TotalUsage);

internal sealed record EngineMemory(
    [property: JsonPropertyName("usage")] ulong Usage,
    [property: JsonPropertyName("limit")] ulong Limit,
    [property: JsonPropertyName("stats")] Dictionary<string, ulong>? Stats);

internal sealed record EngineBlocks([property: JsonPropertyName("io_service_bytes_recursive")] List<EngineBlockBytes>? Bytes);

internal sealed record EngineBlockBytes([property: JsonPropertyName("op")] string? Op, [property: JsonPropertyName("value")] ulong Value);

internal sealed record EngineNetworkBytes([property: JsonPropertyName("rx_bytes")] ulong RxBytes, [property: JsonPropertyName("tx_bytes")] ulong TxBytes);

[JsonSerializable(typeof(EngineStatsAnswer))]
internal sealed partial class EngineStatsJson : JsonSerializerContext;
