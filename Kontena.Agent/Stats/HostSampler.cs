using System.Globalization;
using Kontena.Core.Stats;

namespace Kontena.Agent.Stats;

/// <summary>Reads what this host uses from the kernel's files.</summary>
internal sealed class HostSampler(string dataFolder, string proc = "/proc", string interfaces = "/sys/class/net")
{
    private (long Busy, long Total)? _before;

    public NodeStatSample Read(long at)
    {
        var memory = ContainerSampler.Text($"{proc}/meminfo") ?? "";
        var (received, sent) = NetworkBytes.Of(ContainerSampler.Text($"{proc}/net/dev") ?? "", IsPhysical);
        var (diskTotal, diskUsed) = Disk();
        return new(at, CpuPercent(), Load1(), KiB(memory, "MemTotal:"), KiB(memory, "MemFree:"), KiB(memory, "Cached:") + KiB(memory, "SReclaimable:"),
            KiB(memory, "Buffers:"), diskTotal, diskUsed, received, sent);
    }

    /// <summary>Since the last reading; 0 at the first.</summary>
    private double CpuPercent()
    {
        var first = (ContainerSampler.Text($"{proc}/stat") ?? "").Split('\n', 2)[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // cpu user nice system idle iowait irq softirq steal guest guest_nice; the last two are in user and nice already
        var ticks = first.Skip(1).Take(8).Select(t => long.TryParse(t, CultureInfo.InvariantCulture, out var n) ? n : 0).ToArray();
        if (ticks.Length < 5)
        {
            return 0;
        }
        var now = (Busy: ticks.Sum() - ticks[3] - ticks[4], Total: ticks.Sum());
        var before = _before ?? now;
        _before = now;
        return now.Total <= before.Total ? 0 : Math.Clamp(100.0 * (now.Busy - before.Busy) / (now.Total - before.Total), 0, 100);
    }

    private double Load1() =>
        double.TryParse((ContainerSampler.Text($"{proc}/loadavg") ?? "").Split(' ')[0], CultureInfo.InvariantCulture, out var load) ? load : 0;

    private (long Total, long Used) Disk()
    {
        try
        {
            var drive = new DriveInfo(dataFolder);
            return (drive.TotalSize, drive.TotalSize - drive.TotalFreeSpace);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (0, 0); // not to be seen from inside the agent's own container
        }
    }

    /// <summary>Bridges, tunnels and containers' ends carry the same bytes once more.</summary>
    private bool IsPhysical(string name) => Directory.Exists($"{interfaces}/{name}/device") || !Directory.Exists($"/sys/devices/virtual/net/{name}");

    private static long KiB(string text, string name)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith(name, StringComparison.Ordinal)
                && long.TryParse(line.AsSpan(name.Length).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture, out var value))
            {
                return value * 1_024;
            }
        }
        return 0;
    }
}
