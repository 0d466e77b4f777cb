namespace Kontena.Agent.Stats;

/// <summary>Where a container's accounting files are, in either version of control groups.</summary>
/// <param name="V2">The one folder of version 2; null with version 1.</param>
/// <param name="Cpu">Version 1: the folder with <c>cpuacct.usage</c>; likewise the others.</param>
internal sealed record CgroupPaths(string? V2, string? Cpu, string? Memory, string? Block)
{
    /// <param name="membership">The text of <c>/proc/PID/cgroup</c>.</param>
    /// <param name="root">Usually <c>/sys/fs/cgroup</c>.</param>
    /// <returns>Null when the files are not to be seen from here.</returns>
    public static CgroupPaths? Find(string membership, string root)
    {
        string? v2 = null, cpu = null, memory = null, block = null;
        foreach (var line in membership.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // hierarchy:controllers:path, as in cgroups(7)
            if (line.Split(':', 3) is not [var hierarchy, var controllers, var path] || path.Contains("..", StringComparison.Ordinal))
            {
                continue;
            }
            if (hierarchy == "0" && controllers.Length == 0)
            {
                v2 = Existing(root + path, "memory.current");
                continue;
            }
            foreach (var controller in controllers.Split(','))
            {
                switch (controller)
                {
                    case "cpuacct":
                        cpu = Existing($"{root}/{controllers}{path}", "cpuacct.usage") ?? Existing($"{root}/cpuacct{path}", "cpuacct.usage");
                        break;
                    case "memory":
                        memory = Existing($"{root}/memory{path}", "memory.usage_in_bytes");
                        break;
                    case "blkio":
                        block = Existing($"{root}/blkio{path}", "blkio.throttle.io_service_bytes");
                        break;
                }
            }
        }
        return cpu is not null && memory is not null ? new(null, cpu, memory, block)
            : v2 is not null ? new(v2, null, null, null)
            : null;
    }

    private static string? Existing(string folder, string file) => File.Exists(Path.Combine(folder, file)) ? folder : null;
}
