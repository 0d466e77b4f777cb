using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Kontena.Agent.Docker;
using Kontena.Core.Protocol;

namespace Kontena.Agent.Nodes;

/// <summary>Reads what this host is and can do.</summary>
internal sealed class NodeFactsReader(IEngine engine, ThisNode node)
{
    private const int MaxContainers = 2_000;

    public async Task<NodeFacts> ReadAsync(CancellationToken cancel)
    {
        var self = await node.WaitAsync(cancel);
        var info = await engine.InfoAsync(cancel);
        var containers = (await engine.ListContainersAsync(cancel))
            .Select(c => (Container: c, Identity: self.Proof.Identify(c.Name, c.Labels)))
            .Where(c => c.Identity is not { Hook: true }).OrderBy(c => c.Container.Name, StringComparer.Ordinal).Take(MaxContainers).ToList();
        return new()
        {
            EngineVersion = info.Version,
            OperatingSystem = info.OperatingSystem,
            Kernel = info.Kernel,
            Architecture = info.Architecture,
            Cpus = info.Cpus > 0 ? info.Cpus : null,
            MemoryTotalBytes = info.MemoryTotalBytes > 0 ? info.MemoryTotalBytes : null,
            PrivateAddress = PrivateAddress(),
            DiskTotalBytes = DiskTotal(info.RootFolder),
            BootedAt = BootedAt(),
            VolumeDrivers = [.. info.VolumeDrivers.Order(StringComparer.Ordinal)],
            LiveRestore = info.LiveRestore,
            Containers =
            [
                .. containers.Select(c => new HostContainer(
                    c.Container.Id, c.Container.Name, c.Container.Image, c.Identity?.Stack, c.Identity?.Service, c.Identity?.Number)),
            ],
            ForeignPorts =
            [
                .. containers.Where(c => c.Identity is null).SelectMany(c => c.Container.Ports)
                    .Select(p => new HostPort(p.Ip, p.NodePort, p.Protocol)).Distinct(),
            ],
        };
    }

    /// <summary>Whether two readings say the same.</summary>
    public static bool Same(NodeFacts a, NodeFacts? b) => b is not null
        && a.Containers.SequenceEqual(b.Containers) && a.ForeignPorts.SequenceEqual(b.ForeignPorts) && a.VolumeDrivers.SequenceEqual(b.VolumeDrivers)
        && a with { Containers = b.Containers, ForeignPorts = b.ForeignPorts, VolumeDrivers = b.VolumeDrivers } == b;

    /// <summary>Of the interface that has a gateway.</summary>
    private static string? PrivateAddress() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(i => i.OperationalStatus is OperationalStatus.Up && i.NetworkInterfaceType is not NetworkInterfaceType.Loopback)
        .Select(i => i.GetIPProperties())
        .Where(i => i.GatewayAddresses.Any(g => !g.Address.Equals(IPAddress.Any) && !g.Address.Equals(IPAddress.IPv6Any)))
        .SelectMany(i => i.UnicastAddresses).Select(u => u.Address)
        .FirstOrDefault(a => a.AddressFamily is AddressFamily.InterNetwork)?.ToString();

    private static long? DiskTotal(string folder)
    {
        try
        {
            return new DriveInfo(folder).TotalSize;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null; // the engine's folder is not visible from here
        }
    }

    private static DateTimeOffset? BootedAt()
    {
        const string file = "/proc/stat", key = "btime ";
        return File.Exists(file) && File.ReadLines(file).FirstOrDefault(l => l.StartsWith(key, StringComparison.Ordinal)) is { } line
            && long.TryParse(line[key.Length..], CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
    }
}
