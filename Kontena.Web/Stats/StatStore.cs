using System.Collections.Immutable;
using Kontena.Core.Stats;
using Kontena.Core.Streams;
using Kontena.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Stats;

/// <summary>Sealed samples and roll-ups in the database.</summary>
internal sealed class StatStore(IDbContextFactory<KontenaDb> databases)
{
    public const int FiveMinutes = 300;
    public const int Hour = 3_600;

    public async Task SaveAsync(InstanceRing ring, StatSample[] samples, CancellationToken cancel)
    {
        var writer = new WireWriter();
        StatColumns.Write(writer, samples);
        await using var db = await databases.CreateDbContextAsync(cancel);
        db.Add(Block(ring.InstanceId, ring.ServiceId, ring.Number, samples[0].At, samples[^1].At, writer));
        foreach (var seconds in (int[])[FiveMinutes, Hour])
        {
            foreach (var slice in Points(samples, StatPoint.Between).GroupBy(p => Start(p.At, seconds)))
            {
                var points = slice.ToArray();
                var merged = StatPoint.Merge(slice.Key, points);
                var row = await db.Set<InstanceRollUp>()
                    .SingleOrDefaultAsync(r => r.InstanceId == ring.InstanceId && r.Seconds == seconds && r.At == slice.Key, cancel);
                if (row is null)
                {
                    db.Add(row = new InstanceRollUp
                    {
                        InstanceId = ring.InstanceId, ServiceId = ring.ServiceId, Number = ring.Number, Seconds = seconds, At = slice.Key, Points = 0,
                        CpuPercent = 0, CpuPercentMost = 0, MemoryBytesMost = 0, MemoryLimitBytes = 0,
                        NetworkReceivedPerSecond = 0, NetworkSentPerSecond = 0, BlockReadPerSecond = 0, BlockWrittenPerSecond = 0,
                    });
                }
                double Mean(double before, double more) => ((before * row.Points) + (more * points.Length)) / (row.Points + points.Length);
                row.CpuPercent = Mean(row.CpuPercent, merged.CpuPercent);
                row.NetworkReceivedPerSecond = Mean(row.NetworkReceivedPerSecond, merged.NetworkReceivedPerSecond);
                row.NetworkSentPerSecond = Mean(row.NetworkSentPerSecond, merged.NetworkSentPerSecond);
                row.BlockReadPerSecond = Mean(row.BlockReadPerSecond, merged.BlockReadPerSecond);
                row.BlockWrittenPerSecond = Mean(row.BlockWrittenPerSecond, merged.BlockWrittenPerSecond);
                row.CpuPercentMost = Math.Max(row.CpuPercentMost, points.Max(p => p.CpuPercent));
                row.MemoryBytesMost = Math.Max(row.MemoryBytesMost, merged.MemoryBytes);
                row.MemoryLimitBytes = merged.MemoryLimitBytes;
                row.Points += points.Length;
            }
        }
        await db.SaveChangesAsync(cancel);
    }

    public async Task SaveAsync(NodeRing ring, NodeStatSample[] samples, CancellationToken cancel)
    {
        var writer = new WireWriter();
        StatColumns.Write(writer, samples);
        await using var db = await databases.CreateDbContextAsync(cancel);
        db.Add(Block(ring.NodeId, Guid.Empty, 0, samples[0].At, samples[^1].At, writer));
        foreach (var seconds in (int[])[FiveMinutes, Hour])
        {
            foreach (var slice in Points(samples, NodeStatPoint.Between).GroupBy(p => Start(p.At, seconds)))
            {
                var points = slice.ToArray();
                var merged = NodeStatPoint.Merge(slice.Key, points);
                var row = await db.Set<NodeRollUp>()
                    .SingleOrDefaultAsync(r => r.NodeId == ring.NodeId && r.Seconds == seconds && r.At == slice.Key, cancel);
                if (row is null)
                {
                    db.Add(row = new NodeRollUp
                    {
                        NodeId = ring.NodeId, Seconds = seconds, At = slice.Key, Points = 0, CpuPercent = 0, Load1 = 0, MemoryTotalBytes = 0,
                        MemoryUsedBytesMost = 0, DiskTotalBytes = 0, DiskUsedBytesMost = 0, NetworkReceivedPerSecond = 0, NetworkSentPerSecond = 0,
                    });
                }
                double Mean(double before, double more) => ((before * row.Points) + (more * points.Length)) / (row.Points + points.Length);
                row.CpuPercent = Mean(row.CpuPercent, merged.CpuPercent);
                row.Load1 = Mean(row.Load1, merged.Load1);
                row.NetworkReceivedPerSecond = Mean(row.NetworkReceivedPerSecond, merged.NetworkReceivedPerSecond);
                row.NetworkSentPerSecond = Mean(row.NetworkSentPerSecond, merged.NetworkSentPerSecond);
                (row.MemoryTotalBytes, row.DiskTotalBytes) = (merged.MemoryTotalBytes, merged.DiskTotalBytes);
                row.MemoryUsedBytesMost = Math.Max(row.MemoryUsedBytesMost, merged.MemoryUsedBytes);
                row.DiskUsedBytesMost = Math.Max(row.DiskUsedBytesMost, merged.DiskUsedBytes);
                row.Points += points.Length;
            }
        }
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>Points of a service from sealed samples, by instance number.</summary>
    public async Task<Dictionary<int, List<StatPoint>>> SamplesOfServiceAsync(Guid service, long since, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var rows = await db.Set<StatBlockRow>().Where(r => r.ServiceId == service && r.LastAt >= since).OrderBy(r => r.FirstAt)
            .Select(r => new { r.Number, r.Columns }).ToListAsync(cancel);
        var series = new Dictionary<int, List<StatPoint>>();
        foreach (var row in rows)
        {
            var points = series.TryGetValue(row.Number, out var known) ? known : series[row.Number] = [];
            points.AddRange(Points(Read(row.Columns), StatPoint.Between).Where(p => p.At >= since));
        }
        return series;

        static StatSample[] Read(byte[] columns)
        {
            var reader = new WireReader(columns);
            return [.. StatColumns.ReadSamples(ref reader)];
        }
    }

    /// <summary>Points of a service from roll-ups, by instance number.</summary>
    public async Task<Dictionary<int, List<StatPoint>>> RollUpsOfServiceAsync(Guid service, int seconds, long since, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var rows = await db.Set<InstanceRollUp>().AsNoTracking().Where(r => r.ServiceId == service && r.Seconds == seconds && r.At >= since)
            .OrderBy(r => r.At).ToListAsync(cancel);
        return rows.GroupBy(r => r.Number).ToDictionary(g => g.Key, g => g.Select(r => new StatPoint(r.At, r.CpuPercent, r.MemoryBytesMost,
            r.MemoryLimitBytes, r.NetworkReceivedPerSecond, r.NetworkSentPerSecond, r.BlockReadPerSecond, r.BlockWrittenPerSecond)).ToList());
    }

    public async Task<List<NodeStatPoint>> SamplesOfNodeAsync(Guid node, long since, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var rows = await db.Set<StatBlockRow>().Where(r => r.SubjectId == node && r.LastAt >= since).OrderBy(r => r.FirstAt)
            .Select(r => r.Columns).ToListAsync(cancel);
        return [.. rows.SelectMany(columns => Points(Read(columns), NodeStatPoint.Between)).Where(p => p.At >= since)];

        static NodeStatSample[] Read(byte[] columns)
        {
            var reader = new WireReader(columns);
            return [.. StatColumns.ReadNodeSamples(ref reader)];
        }
    }

    public async Task<List<NodeStatPoint>> RollUpsOfNodeAsync(Guid node, int seconds, long since, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var rows = await db.Set<NodeRollUp>().AsNoTracking().Where(r => r.NodeId == node && r.Seconds == seconds && r.At >= since)
            .OrderBy(r => r.At).ToListAsync(cancel);
        return rows.ConvertAll(r => new NodeStatPoint(r.At, r.CpuPercent, r.Load1, r.MemoryUsedBytesMost, r.MemoryTotalBytes,
            r.DiskUsedBytesMost, r.DiskTotalBytes, r.NetworkReceivedPerSecond, r.NetworkSentPerSecond));
    }

    public async Task TrimAsync(StatOptions keep, DateTimeOffset now, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var (samples, five, hours) = ((now - keep.KeepSamplesFor).ToUnixTimeMilliseconds(),
            (now - keep.KeepFiveMinutesFor).ToUnixTimeMilliseconds(), (now - keep.KeepHoursFor).ToUnixTimeMilliseconds());
        await db.Set<StatBlockRow>().Where(r => r.LastAt < samples).ExecuteDeleteAsync(cancel);
        await db.Set<InstanceRollUp>().Where(r => (r.Seconds == FiveMinutes && r.At < five) || (r.Seconds == Hour && r.At < hours)).ExecuteDeleteAsync(cancel);
        await db.Set<NodeRollUp>().Where(r => (r.Seconds == FiveMinutes && r.At < five) || (r.Seconds == Hour && r.At < hours)).ExecuteDeleteAsync(cancel);
    }

    private static StatBlockRow Block(Guid subject, Guid service, int number, long first, long last, WireWriter columns) =>
        new() { SubjectId = subject, ServiceId = service, Number = number, FirstAt = first, LastAt = last, Columns = columns.ToArray() };

    private static long Start(long at, int seconds) => at - (at % (seconds * 1_000L));

    private static List<TPoint> Points<TSample, TPoint>(TSample[] samples, StatBuffer<TSample, TPoint>.Step between)
        where TSample : struct
        where TPoint : struct
    {
        var points = new List<TPoint>(samples.Length);
        for (var i = 1; i < samples.Length; i++)
        {
            if (between(samples[i - 1], samples[i]) is { } point)
            {
                points.Add(point);
            }
        }
        return points;
    }
}
