using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using Kontena.Core.Problems;

namespace Kontena.Core.Grids;

/// <summary>The addresses of a grid and which part of them belongs to which node. Nothing is handed out at run time.</summary>
/// <remarks>Node N has the address base + N and owns the N-th part, eight bits longer than the grid's prefix.</remarks>
public readonly record struct GridSubnet
{
    public const int MinPrefix = 12;

    /// <summary>With a longer one the part before the first node's would have no room for the addresses of all nodes.</summary>
    public const int MaxPrefix = 16;

    public const int MaxNodes = 254;

    private readonly uint _base;

    private GridSubnet(uint address, int prefix) => (_base, Prefix) = (address, prefix);

    public static GridSubnet Default { get; } = new(0x0A51_0000, 16);

    public int Prefix { get; }

    /// <param name="text"><c>10.81.0.0/16</c></param>
    public static Result<GridSubnet> Parse(string? text)
    {
        if (!IPNetwork.TryParse(text, out var network) || network.BaseAddress.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork)
        {
            return Problem.Invalid("grid_subnet",
                $"'{Services.NameGrammar.Shown(text ?? "")}' is not a subnet. Give an IPv4 network such as 10.81.0.0/16.");
        }
        if (network.PrefixLength is < MinPrefix or > MaxPrefix)
        {
            return Problem.Invalid("grid_subnet",
                $"A grid's subnet needs a prefix from /{MinPrefix} to /{MaxPrefix}; '{network}' has /{network.PrefixLength}.");
        }
        if (network.ToString() != text)
        {
            return Problem.Invalid("grid_subnet", $"'{text}' names an address within a subnet. The subnet is {network}.");
        }
        return new GridSubnet(BinaryPrimitives.ReadUInt32BigEndian(network.BaseAddress.GetAddressBytes()), network.PrefixLength);
    }

    /// <summary>The overlay address of a node: 10.81.0.N.</summary>
    public IPAddress NodeAddress(int number) => Address(_base + (uint)Checked(number));

    /// <summary>The part that a node's containers get their addresses from: 10.81.N.0/24.</summary>
    public IPNetwork NodeSubnet(int number) => new(Address(PartOf(number)), Prefix + 8);

    /// <summary>Gateway and name server of a node's containers: 10.81.N.1.</summary>
    public IPAddress NodeGateway(int number) => Address(PartOf(number) + 1);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address(_base)}/{Prefix}");

    private uint PartOf(int number) => _base + ((uint)Checked(number) << (24 - Prefix));

    private static int Checked(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, MaxNodes);
        return number;
    }

    private static IPAddress Address(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return new IPAddress(bytes);
    }
}
