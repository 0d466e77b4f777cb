using System.Globalization;
using Kontena.Agent.Docker;
using Kontena.Core.Protocol;

namespace Kontena.Agent.Networks;

/// <summary>Finds out what holds a port of this host.</summary>
internal sealed class HostPorts(IEngine engine)
{
    private const string ListenState = "0A";
    private static readonly string[] Tables = ["/proc/net/tcp", "/proc/net/tcp6"];

    /// <summary>By port, in words, for the ports that the order publishes; only those that something holds and that can be named.</summary>
    public async Task<Dictionary<int, string>> HoldersAsync(InstanceOrder order, CancellationToken cancel)
    {
        var holders = new Dictionary<int, string>();
        var wanted = order.Spec.Ports.Select(p => p.NodePort).ToHashSet();
        if (wanted.Count == 0)
        {
            return holders;
        }
        foreach (var container in (await engine.ListContainersAsync(cancel)).Where(c => c.Running))
        {
            foreach (var port in container.Ports.Where(p => wanted.Contains(p.NodePort)))
            {
                holders[port.NodePort] = $"the container '{container.Name}'";
            }
        }
        foreach (var (port, inode) in Listening().Where(l => wanted.Contains(l.Port) && !holders.ContainsKey(l.Port)))
        {
            if (ProcessWith(inode) is { } process)
            {
                holders[port] = process;
            }
        }
        return holders;
    }

    private static IEnumerable<(int Port, string Inode)> Listening()
    {
        foreach (var table in Tables.Where(File.Exists))
        {
            foreach (var line in File.ReadLines(table).Skip(1))
            {
                var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length > 9 && fields[3] == ListenState && fields[1].Split(':') is [_, var hex]
                    && int.TryParse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var port))
                {
                    yield return (port, fields[9]);
                }
            }
        }
    }

    /// <summary>Only a privileged agent may look into the processes of others; without the right the holder stays unnamed.</summary>
    private static string? ProcessWith(string inode)
    {
        var socket = $"socket:[{inode}]";
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(p => int.TryParse(Path.GetFileName(p), out _)))
        {
            try
            {
                if (Directory.EnumerateFiles(Path.Combine(process, "fd")).Any(fd => new FileInfo(fd).LinkTarget == socket))
                {
                    return $"the program '{File.ReadAllText(Path.Combine(process, "comm")).Trim()}' (pid {Path.GetFileName(process)})";
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The process ended meanwhile, or may not be looked into: it is not the one that can be named.
            }
        }
        return null;
    }
}
