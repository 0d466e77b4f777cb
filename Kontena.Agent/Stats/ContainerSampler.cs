using System.Globalization;
using Kontena.Core.Stats;

namespace Kontena.Agent.Stats;

/// <summary>Reads what one running container uses from the kernel's files: no work for the engine.</summary>
/// <param name="pid">Of its main process on the host.</param>
/// <param name="sharesHostNetwork">Then the interfaces are the host's and are not counted as the container's.</param>
internal sealed class ContainerSampler(int pid, CgroupPaths paths, bool sharesHostNetwork, string proc = "/proc")
{
    /// <summary>Version 1 writes "no limit" as the largest multiple of a page.</summary>
    private const long NoLimit = 0x7fff_ffff_ffff_f000;

    /// <returns>Null when this host's control groups cannot be read from here: then the engine has to be asked.</returns>
    public static ContainerSampler? Open(int pid, string proc = "/proc", string cgroups = "/sys/fs/cgroup")
    {
        if (pid <= 0 || Text($"{proc}/{pid}/cgroup") is not { } membership || CgroupPaths.Find(membership, cgroups) is not { } paths)
        {
            return null;
        }
        var own = NetworkOf($"{proc}/{pid}/ns/net");
        return new(pid, paths, own is not null && own == NetworkOf($"{proc}/1/ns/net"), proc);
    }

    /// <returns>Null when the container has just ended.</returns>
    public StatSample? Read(long at)
    {
        var sample = paths.V2 is { } v2 ? ReadV2(v2, at) : ReadV1(at);
        if (sample is not { } read)
        {
            return null;
        }
        var (received, sent) = sharesHostNetwork ? (0, 0) : NetworkBytes.Of(Text($"{proc}/{pid}/net/dev") ?? "");
        return read with { NetworkReceivedBytes = received, NetworkSentBytes = sent };
    }

    private StatSample? ReadV1(long at)
    {
        if (Number($"{paths.Cpu}/cpuacct.usage") is not { } cpu || Number($"{paths.Memory}/memory.usage_in_bytes") is not { } used)
        {
            return null;
        }
        var limit = Number($"{paths.Memory}/memory.limit_in_bytes") ?? NoLimit;
        var cache = Field(Text($"{paths.Memory}/memory.stat"), "total_inactive_file") ?? 0;
        var (read, written) = BlockV1(paths.Block is null ? null : Text($"{paths.Block}/blkio.throttle.io_service_bytes"));
        return new(at, cpu, Math.Max(0, used - cache), limit >= NoLimit ? 0 : limit, 0, 0, read, written);
    }

    private static StatSample? ReadV2(string folder, long at)
    {
        if (Field(Text($"{folder}/cpu.stat"), "usage_usec") is not { } cpu || Number($"{folder}/memory.current") is not { } used)
        {
            return null;
        }
        var cache = Field(Text($"{folder}/memory.stat"), "inactive_file") ?? 0;
        var (read, written) = BlockV2(Text($"{folder}/io.stat"));
        return new(at, cpu * 1_000, Math.Max(0, used - cache), Number($"{folder}/memory.max") ?? 0, 0, 0, read, written);
    }

    /// <summary>Lines <c>8:0 Read 4096</c>; the total at the end has no device and is left out.</summary>
    private static (long Read, long Written) BlockV1(string? text)
    {
        var (read, written) = (0L, 0L);
        foreach (var line in (text ?? "").Split('\n'))
        {
            if (line.Split(' ') is [_, var kind, var bytes] && long.TryParse(bytes, CultureInfo.InvariantCulture, out var n))
            {
                read += kind == "Read" ? n : 0;
                written += kind == "Write" ? n : 0;
            }
        }
        return (read, written);
    }

    /// <summary>Lines <c>8:0 rbytes=4096 wbytes=0 …</c>.</summary>
    private static (long Read, long Written) BlockV2(string? text)
    {
        var (read, written) = (0L, 0L);
        foreach (var field in (text ?? "").Split([' ', '\n']))
        {
            if (field.Split('=') is [var name, var bytes] && long.TryParse(bytes, CultureInfo.InvariantCulture, out var n))
            {
                read += name == "rbytes" ? n : 0;
                written += name == "wbytes" ? n : 0;
            }
        }
        return (read, written);
    }

    internal static long? Field(string? text, string name)
    {
        foreach (var line in (text ?? "").Split('\n'))
        {
            if (line.Length > name.Length && line[name.Length] == ' ' && line.StartsWith(name, StringComparison.Ordinal)
                && long.TryParse(line.AsSpan(name.Length + 1), CultureInfo.InvariantCulture, out var value))
            {
                return value;
            }
        }
        return null;
    }

    /// <summary>The file's text; null when it is gone or may not be read.</summary>
    internal static string? Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // a process ends between two reads; files of other users' processes are closed to us
        }
    }

    /// <returns>Null for <c>max</c>, which means no limit, and for a file that is gone.</returns>
    private static long? Number(string path) =>
        long.TryParse(Text(path), NumberStyles.AllowTrailingWhite | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static string? NetworkOf(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>Sums of <c>/proc/…/net/dev</c>.</summary>
internal static class NetworkBytes
{
    /// <param name="counts">Which interfaces; null: all but loopback.</param>
    public static (long Received, long Sent) Of(string text, Predicate<string>? counts = null)
    {
        var (received, sent) = (0L, 0L);
        foreach (var line in text.Split('\n'))
        {
            if (line.Split(':', 2) is not [var name, var fields] || name.Trim() is "lo" || counts?.Invoke(name.Trim()) is false)
            {
                continue;
            }
            var values = fields.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (values.Length >= 9 && long.TryParse(values[0], CultureInfo.InvariantCulture, out var r) && long.TryParse(values[8], CultureInfo.InvariantCulture, out var s))
            {
                (received, sent) = (received + r, sent + s);
            }
        }
        return (received, sent);
    }
}
