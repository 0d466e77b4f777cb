using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Kontena.Agent.Docker;
using Kontena.Agent.Nodes;
using Kontena.Agent.Services;
using Kontena.Core.Protocol;
using Microsoft.Extensions.Logging;

namespace Kontena.Agent.Networks;

/// <summary>The bridge network on which this node's instances meet: makes it, gives out addresses, renews names.</summary>
internal sealed partial class GridNetwork(IEngine engine, ThisNode node, ILogger<GridNetwork> logger) : IDisposable
{
    private const string BridgeNameOption = "com.docker.network.bridge.name";
    private const string MtuOption = "com.docker.network.driver.mtu";
    private const int MaxInterfaceName = 15;
    private readonly SemaphoreSlim _gate = new(1);
    private readonly ConcurrentDictionary<string, bool> _reserved = [];
    private string? _last;

    public void Dispose() => _gate.Dispose();

    /// <summary>Makes the network exist as ordered.</summary>
    /// <exception cref="InstanceProblem">It cannot; the message says what is in the way.</exception>
    public async Task EnsureAsync(NetworkOrder order, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            var all = await engine.ListNetworksAsync(cancel);
            if (all.FirstOrDefault(n => n.Name == order.Name) is { } existing)
            {
                CheckUsable(order, existing);
                return;
            }
            CheckFree(order, all);
            await engine.CreateNetworkAsync(new(order.Name, order.Subnet, Pool(order).EngineRange, order.Gateway,
                ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new KeyValuePair<string, string>[]
                {
                    new(BridgeNameOption, BridgeName(order.Name)),
                    new(MtuOption, order.Mtu.ToString(CultureInfo.InvariantCulture)),
                }),
                ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new KeyValuePair<string, string>[]
                {
                    new(Labels.GridId, $"{node.Current?.GridId:D}"), new(Labels.GridName, node.Current?.Grid ?? ""),
                })), cancel);
            NetworkCreated(order.Name, order.Subnet);
        }
        catch (EngineException e) when (e.Fault is EngineFault.Refused or EngineFault.Conflict)
        {
            throw new InstanceProblem($"The network '{order.Name}' ({order.Subnet}) cannot be made: {EngineWords.Sentence(e.Message)} "
                + "If a route or network of the host uses these addresses, give the grid another subnet.", e);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>An address that no container on the network has; reserved until it is disposed of.</summary>
    public async Task<AddressLease> ReserveAsync(NetworkOrder order, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            var taken = (await engine.ListContainersAsync(cancel))
                .Select(c => c.Endpoints.GetValueOrDefault(order.Name)?.Address).OfType<string>()
                .Concat(_reserved.Keys).Append(order.Gateway).ToHashSet();
            var pool = Pool(order);
            if (pool.Next(taken, _last) is not { } address)
            {
                throw new InstanceProblem($"All addresses of the network '{order.Name}' ({order.Subnet}) are in use on this node. "
                    + "Remove containers or add a node.");
            }
            _last = address;
            _reserved[address] = true;
            return new(address, pool.Prefix, Release);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Gives a container other names under the address that it has.</summary>
    public async Task RenameAsync(NetworkOrder order, ContainerInfo container, ImmutableArray<string> aliases, CancellationToken cancel)
    {
        var old = container.Endpoints.GetValueOrDefault(order.Name);
        if (old is not null)
        {
            await engine.DisconnectAsync(order.Name, container.Id, cancel);
        }
        await engine.ConnectAsync(order.Name, container.Id, new(aliases, old?.Address), cancel);
    }

    /// <summary>Whether a container answers to exactly these names; the engine adds the host name and the short form of the id.</summary>
    public static bool HasNames(NetworkOrder order, ContainerInfo container, ImmutableArray<string> aliases) =>
        container.Endpoints.TryGetValue(order.Name, out var endpoint)
        && endpoint.Aliases.Where(a => a != container.Hostname && !container.Id.StartsWith(a, StringComparison.Ordinal)).ToHashSet().SetEquals(aliases);

    /// <summary>Of the bridge interface on the host: the network's name where the kernel allows it.</summary>
    internal static string BridgeName(string network) =>
        network.Length <= MaxInterfaceName && network.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? network
            : "kt-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(network)))[..10];

    private void Release(string address) => _reserved.TryRemove(address, out _);

    private static AddressPool Pool(NetworkOrder order) => new(Subnet(order));

    private static IPNetwork Subnet(NetworkOrder order) =>
        IPNetwork.TryParse(order.Subnet, out var subnet) && subnet.BaseAddress.AddressFamily is AddressFamily.InterNetwork
        && subnet.PrefixLength <= AddressPool.LongestPrefix
            ? subnet
            : throw new InstanceProblem($"The master gave this node the subnet '{order.Subnet}', which is not an IPv4 network of at least 16 "
                + "addresses. Check the grid's subnet.");

    private static void CheckUsable(NetworkOrder order, NetworkInfo existing)
    {
        if (existing.Driver != "bridge" || !existing.Subnets.SequenceEqual([order.Subnet]))
        {
            throw new InstanceProblem($"The engine has a network '{order.Name}' already, with the driver {existing.Driver} and the subnet "
                + $"{string.Join(", ", existing.Subnets)}; the grid needs bridge and {order.Subnet}. "
                + $"Remove its containers and then the network: docker network rm {order.Name}");
        }
    }

    private static void CheckFree(NetworkOrder order, ImmutableArray<NetworkInfo> all)
    {
        var wanted = Subnet(order);
        foreach (var other in all)
        {
            foreach (var subnet in other.Subnets)
            {
                if (IPNetwork.TryParse(subnet, out var network) && network.BaseAddress.AddressFamily == wanted.BaseAddress.AddressFamily
                    && (network.Contains(wanted.BaseAddress) || wanted.Contains(network.BaseAddress)))
                {
                    throw new InstanceProblem($"The grid's subnet on this node, {order.Subnet}, overlaps with {subnet} of the engine's network "
                        + $"'{other.Name}'. Remove that network, or give the grid another subnet.");
                }
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Made the network {Name} with {Subnet}")]
    private partial void NetworkCreated(string name, string subnet);
}

/// <summary>Holds an address until the container that uses it exists.</summary>
internal sealed class AddressLease(string address, int prefix, Action<string> release) : IDisposable
{
    public string Address => address;

    public string Cidr => string.Create(CultureInfo.InvariantCulture, $"{address}/{prefix}");

    public void Dispose() => release(address);
}
