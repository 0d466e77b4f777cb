using CsCheck;
using Kontena.Core.Stats;
using Kontena.Core.Streams;
using Kontena.Core.Tests.Logs;
using Xunit;

namespace Kontena.Core.Tests.Stats;

public sealed class StatTests
{
    private static readonly Gen<StatPoint[]> Series = Gen.Select(Gen.Int[1, 5_000], Gen.Int[0, 400]).Array[1, 300].Select(steps =>
    {
        var at = 0L;
        return steps.Select(s => new StatPoint(at += s.Item1, s.Item2, s.Item2 * 1_000L, 1_000_000, s.Item2, 0, 0, 0)).ToArray();
    });

    [Fact]
    public void Columns_come_back_as_they_were_written() => LogGen.Sample.Array[0, 200].Sample(samples =>
    {
        var writer = new WireWriter();
        StatColumns.Write(writer, samples);
        var reader = new WireReader(writer.Written.Span);
        return StatColumns.ReadSamples(ref reader).SequenceEqual(samples) && reader.AtEnd;
    });

    [Fact]
    public void Columns_of_a_steady_container_take_few_bytes()
    {
        var samples = Enumerable.Range(0, 720).Select(i => new StatSample(1_700_000_000_000 + i * 5_000L, i * 50_000_000L + i % 7 * 1_000,
            100_000_000 + i % 5 * 4096, 268_435_456, i * 1_200L, i * 800L, 4096, i * 512L)).ToArray();
        var writer = new WireWriter();
        StatColumns.Write(writer, samples);
        Assert.True(writer.Length < samples.Length * 20, $"{writer.Length} bytes for {samples.Length} samples");
    }

    [Fact]
    public void Down_sampling_keeps_order_bounds_and_peaks_of_memory() =>
        Gen.Select(Series, Gen.Int[1, 50]).Sample((points, count) =>
        {
            var few = DownSample.To<StatPoint>(points, count, p => p.At, StatPoint.Merge);
            return few.Length <= Math.Max(count, 1) && few.Length > 0
                && few[^1].At == points[^1].At
                && few.Zip(few.Skip(1)).All(pair => pair.First.At < pair.Second.At)
                && few.Max(p => p.MemoryBytes) == points.Max(p => p.MemoryBytes)
                && few.All(p => p.CpuPercent >= points.Min(q => q.CpuPercent) && p.CpuPercent <= points.Max(q => q.CpuPercent));
        });

    [Fact]
    public void Half_a_core_is_fifty_percent_and_a_restarted_counter_counts_from_zero()
    {
        StatSample before = new(1_000, 1_000_000_000, 10, 20, 500, 0, 0, 0), after = new(3_000, 2_000_000_000, 11, 20, 1_500, 0, 0, 0);
        var point = StatPoint.Between(before, after)!.Value;
        Assert.Equal(50, point.CpuPercent);
        Assert.Equal(500, point.NetworkReceivedPerSecond);
        Assert.Equal(10, StatPoint.Between(before, after with { CpuNanos = 200_000_000 })!.Value.CpuPercent);
        Assert.Null(StatPoint.Between(after, before));
    }
}
