using System.Collections.Immutable;
using Kontena.Core.Streams;

namespace Kontena.Core.Stats;

/// <summary>Samples as columns of differences, so that a counter that moves little takes a byte or two.</summary>
public static class StatColumns
{
    /// <summary>Samples in one set of columns; an hour at two-second steps is 1,800.</summary>
    public const int Most = 4_096;

    private const double Fixed = 1_000; // percentages and loads with three decimals

    public static void Write(WireWriter writer, ReadOnlySpan<StatSample> samples)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples.Length, Most);
        writer.Varint((ulong)samples.Length);
        for (var column = 0; column < 8; column++)
        {
            var previous = 0L;
            foreach (ref readonly var sample in samples)
            {
                var value = Get(sample, column);
                writer.Zigzag(value - previous);
                previous = value;
            }
        }
    }

    public static void Write(WireWriter writer, ReadOnlySpan<NodeStatSample> samples)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples.Length, Most);
        writer.Varint((ulong)samples.Length);
        for (var column = 0; column < 11; column++)
        {
            var previous = 0L;
            foreach (ref readonly var sample in samples)
            {
                var value = Get(sample, column);
                writer.Zigzag(value - previous);
                previous = value;
            }
        }
    }

    public static ImmutableArray<StatSample> ReadSamples(ref WireReader reader)
    {
        if (ReadColumns(ref reader, 8) is not { } c)
        {
            return [];
        }
        var samples = new StatSample[c[0].Length];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = new(c[0][i], c[1][i], c[2][i], c[3][i], c[4][i], c[5][i], c[6][i], c[7][i]);
        }
        return ImmutableArray.Create(samples);
    }

    public static ImmutableArray<NodeStatSample> ReadNodeSamples(ref WireReader reader)
    {
        if (ReadColumns(ref reader, 11) is not { } c)
        {
            return [];
        }
        var samples = new NodeStatSample[c[0].Length];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = new(c[0][i], c[1][i] / Fixed, c[2][i] / Fixed,
                c[3][i], c[4][i], c[5][i], c[6][i], c[7][i], c[8][i], c[9][i], c[10][i]);
        }
        return ImmutableArray.Create(samples);
    }

    private static long[][]? ReadColumns(ref WireReader reader, int columns)
    {
        var count = reader.Count(Most);
        if (reader.Failed || (long)count * columns > reader.Left)
        {
            reader.Fail(); // each value takes a byte at least
            return null;
        }
        var values = new long[columns][];
        for (var column = 0; column < columns; column++)
        {
            values[column] = new long[count];
            var previous = 0L;
            for (var i = 0; i < count; i++)
            {
                previous += reader.Zigzag();
                values[column][i] = previous;
            }
        }
        return reader.Failed ? null : values;
    }

    private static long Get(in StatSample sample, int column) => column switch
    {
        0 => sample.At,
        1 => sample.CpuNanos,
        2 => sample.MemoryBytes,
        3 => sample.MemoryLimitBytes,
        4 => sample.NetworkReceivedBytes,
        5 => sample.NetworkSentBytes,
        6 => sample.BlockReadBytes,
        _ => sample.BlockWrittenBytes,
    };

    private static long Get(in NodeStatSample sample, int column) => column switch
    {
        0 => sample.At,
        1 => FixedPoint(sample.CpuPercent),
        2 => FixedPoint(sample.Load1),
        3 => sample.MemoryTotalBytes,
        4 => sample.MemoryFreeBytes,
        5 => sample.MemoryCachedBytes,
        6 => sample.MemoryBuffersBytes,
        7 => sample.DiskTotalBytes,
        8 => sample.DiskUsedBytes,
        9 => sample.NetworkReceivedBytes,
        _ => sample.NetworkSentBytes,
    };

    private static long FixedPoint(double value) => double.IsFinite(value) ? (long)Math.Round(Math.Clamp(value, -1e9, 1e9) * Fixed) : 0;
}
