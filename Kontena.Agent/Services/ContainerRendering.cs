using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Kontena.Agent.Docker;
using Kontena.Agent.Networks;
using Kontena.Agent.Nodes;
using Kontena.Agent.Volumes;
using Kontena.Core.Protocol;
using Kontena.Core.Services;

namespace Kontena.Agent.Services;

/// <summary>Turns an order into what its container is created from. Pure: the same order gives the same container.</summary>
internal static class ContainerRendering
{
    private const int MaxVariableBytes = 131_072; // the kernel's limit for one string of the environment
    private const int MaxHostNameBytes = 64;
    private const long CpuPeriod = 100_000;
    private const string HostNetwork = "host";

    public static string NameOf(InstanceOrder order) => InstanceName.Container(order.Stack, order.Spec.Name, order.Number);

    /// <summary>Whether the instance has an address and names of its own on the grid's network.</summary>
    public static bool OnGrid(ServiceSpec spec) => spec.Net is "bridge" or "";

    /// <param name="address">On the grid's network; null when it has none.</param>
    /// <exception cref="InstanceProblem">The order cannot become a container.</exception>
    public static ContainerSpec Render(InstanceOrder order, NodeContext node, NetworkOrder network, ImageInfo image, AddressLease? address)
    {
        var spec = order.Spec;
        var name = NameOf(order);
        var onGrid = OnGrid(spec);
        var mounts = InstanceVolumes.Plan(order, image);
        var hostname = spec.Net is HostNetwork || spec.Net.StartsWith("container:", StringComparison.Ordinal)
            ? null
            : InstanceName.Short(spec.Name, order.Number);
        var domain = hostname is null ? null : InstanceName.Domain(node.Grid, order.Stack);
        if (hostname is not null && hostname.Length + 1 + domain!.Length > MaxHostNameBytes)
        {
            throw new InstanceProblem($"{name} cannot start: its host name '{hostname}.{domain}' is longer than {MaxHostNameBytes} characters. "
                + "Choose a shorter name for the service or the stack.");
        }
        var container = new ContainerSpec
        {
            Name = name,
            Image = spec.Image,
            Hostname = hostname,
            Domain = domain,
            Command = spec.Command,
            Entrypoint = spec.Entrypoint is { Length: > 0 } entrypoint ? [entrypoint] : [],
            Environment = Environment(order, node, name),
            User = spec.User,
            Ports = onGrid ? [.. spec.Ports.Select(p => new PublishedPort(p.Ip, p.NodePort, p.ContainerPort, p.Protocol))] : [],
            Binds = mounts.Binds,
            AnonymousVolumes = mounts.Anonymous,
            VolumesFrom = [.. spec.VolumesFrom.Select(v => Peer(order, v))],
            CapAdd = spec.CapAdd,
            CapDrop = spec.CapDrop,
            Privileged = spec.Privileged,
            ReadOnly = spec.ReadOnly,
            NetworkMode = onGrid ? network.Name
                : spec.Net.StartsWith("container:", StringComparison.Ordinal) ? "container:" + Peer(order, spec.Net["container:".Length..])
                : spec.Net,
            PidMode = spec.Pid,
            DnsSearch = onGrid ? InstanceAliases.Search(order.Stack, node.Grid) : [],
            DnsOptions = onGrid ? ["ndots:1"] : [],
            CpuQuota = spec.Cpus is { } cpus ? (long)decimal.Round(cpus * CpuPeriod) : 0,
            CpuShares = spec.CpuShares ?? 0,
            MemoryBytes = spec.MemoryBytes ?? 0,
            MemorySwapBytes = spec.MemorySwapBytes ?? 0,
            ShmSizeBytes = spec.ShmSizeBytes ?? 0,
            LogDriver = spec.LogDriver,
            LogOptions = spec.LogOptions,
            StopSignal = spec.StopSignal,
        };
        var hash = HashOf(container);
        return container with
        {
            Labels = LabelsOf(order, node, network, name, hash, address),
            Endpoint = onGrid ? new(InstanceAliases.Of(order, node.Grid), address?.Address) : null,
        };
    }

    /// <summary>Of everything that makes a container another one; labels, names and address on the network are not among it.</summary>
    public static string HashOf(ContainerSpec container)
    {
        var bare = container with { Labels = ImmutableSortedDictionary<string, string>.Empty, Endpoint = null };
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(bare, AgentJson.Default.ContainerSpec)));
    }

    /// <summary>The throw-away container in which a pre_start hook runs: the same image, environment and data, nothing published.</summary>
    public static ContainerSpec Hook(InstanceOrder order, NodeContext node, ContainerSpec container, string command, string suffix)
    {
        var name = $"{container.Name}-hook-{suffix}";
        return container with
        {
            Name = name,
            Entrypoint = ["/bin/sh", "-c"],
            Command = [command],
            Ports = [],
            Endpoint = container.Endpoint is null ? null : new([], null),
            Labels = container.Labels
                .SetItem(Labels.ContainerType, Labels.TypeHook)
                .SetItem(Labels.ContainerName, name)
                .Remove(Labels.OverlayCidr)
                .SetItem(Labels.Proof, node.Proof.ForContainer(order.ServiceId, order.InstanceId, order.Epoch, name)),
        };
    }

    private static ImmutableArray<string> Environment(InstanceOrder order, NodeContext node, string name)
    {
        ImmutableArray<string> all =
        [
            .. order.Spec.Environment.Select(e => $"{e.Name}={e.Value}"),
            $"KONTENA_SERVICE_ID={order.ServiceId:D}",
            $"KONTENA_SERVICE_NAME={order.Spec.Name}",
            $"KONTENA_GRID_NAME={node.Grid}",
            $"KONTENA_PLATFORM_NAME={node.Grid}",
            $"KONTENA_STACK_NAME={order.Stack}",
            $"KONTENA_NODE_NAME={node.NodeName}",
            $"KONTENA_SERVICE_INSTANCE_NUMBER={order.Number}",
        ];
        if (all.FirstOrDefault(e => Encoding.UTF8.GetByteCount(e) >= MaxVariableBytes) is { } tooLong)
        {
            throw new InstanceProblem($"{name} cannot start: the variable '{tooLong.Split('=', 2)[0]}' is longer than 128 KiB, which no program can "
                + "be given. Shorten it, or mount a file.");
        }
        return all;
    }

    private static ImmutableSortedDictionary<string, string> LabelsOf(
        InstanceOrder order, NodeContext node, NetworkOrder network, string name, string hash, AddressLease? address)
    {
        var grace = (int)Math.Ceiling((order.Spec.StopGrace ?? ContainerStop.DefaultGrace).TotalSeconds);
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        labels[Labels.ServiceId] = order.ServiceId.ToString("D");
        labels[Labels.ServiceName] = order.Spec.Name;
        labels[Labels.InstanceNumber] = order.Number.ToString(CultureInfo.InvariantCulture);
        labels[Labels.StackName] = order.Stack;
        labels[Labels.GridName] = node.Grid;
        labels[Labels.PlatformName] = node.Grid;
        labels[Labels.GridId] = node.GridId.ToString("D");
        labels[Labels.ContainerType] = Labels.TypeContainer;
        labels[Labels.ContainerName] = name;
        labels[Labels.ContainerPod] = name;
        labels[Labels.DeployRev] = order.DeployRev.ToString(CultureInfo.InvariantCulture);
        labels[Labels.ServiceRevision] = order.Revision.ToString(CultureInfo.InvariantCulture);
        labels[Labels.StopGrace] = grace.ToString(CultureInfo.InvariantCulture);
        labels[Labels.InstanceId] = order.InstanceId.ToString("D");
        labels[Labels.InstanceEpoch] = order.Epoch.ToString(CultureInfo.InvariantCulture);
        labels[Labels.SpecHash] = hash;
        labels[Labels.Proof] = node.Proof.ForContainer(order.ServiceId, order.InstanceId, order.Epoch, name);
        if (order.Exposed)
        {
            labels[Labels.ServiceExposed] = "1";
        }
        if (order.Spec.Stateful)
        {
            labels[Labels.ServiceStateful] = "1";
        }
        if (address is not null)
        {
            labels[Labels.OverlayCidr] = address.Cidr;
            labels[Labels.OverlayNetwork] = network.Name;
        }
        if (order.Spec.HealthCheck is { } check)
        {
            labels["io.kontena.health_check.protocol"] = check.Protocol;
            labels["io.kontena.health_check.interval"] = Seconds(check.Interval);
            labels["io.kontena.health_check.timeout"] = Seconds(check.Timeout);
            labels["io.kontena.health_check.initial_delay"] = Seconds(check.InitialDelay);
            if (check.Port is { } port)
            {
                labels["io.kontena.health_check.port"] = port.ToString(CultureInfo.InvariantCulture);
            }
            if (check.Uri is { } uri)
            {
                labels["io.kontena.health_check.uri"] = uri;
            }
        }
        return labels.ToImmutable();
    }

    /// <summary><c>SERVICE-%s</c> is the instance of the same stack with the same number.</summary>
    internal static string Peer(InstanceOrder order, string name)
    {
        var numbered = name.Replace("%s", order.Number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return order.Stack == StackName.Default || numbered.StartsWith(order.Stack + ".", StringComparison.Ordinal)
            ? numbered
            : $"{order.Stack}.{numbered}";
    }

    private static string Seconds(TimeSpan time) => ((int)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
