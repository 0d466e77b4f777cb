using System.Buffers.Binary;
using System.Net;

namespace Kontena.Agent.Networks;

/// <summary>Which addresses of a node's subnet instances get. The first quarter is left to the engine, for whatever else joins.</summary>
internal sealed class AddressPool
{
    public const int LongestPrefix = 28;
    private readonly uint _first;
    private readonly uint _last;
    private readonly uint _base;
    private readonly int _prefix;

    /// <param name="subnet">IPv4, with a prefix of at most <see cref="LongestPrefix"/>.</param>
    public AddressPool(IPNetwork subnet)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(subnet.PrefixLength, LongestPrefix);
        _prefix = subnet.PrefixLength;
        _base = BinaryPrimitives.ReadUInt32BigEndian(subnet.BaseAddress.GetAddressBytes());
        var size = 1u << (32 - _prefix);
        (_first, _last) = (_base + (size / 4), _base + size - 2); // the very last one is the broadcast address
    }

    /// <summary>From which the engine picks by itself.</summary>
    public string EngineRange => $"{Text(_base)}/{_prefix + 2}";

    public int Prefix => _prefix;

    /// <summary>The next free address after <paramref name="last"/>: one that was just given back rests as long as possible.</summary>
    /// <returns>Null when all are taken.</returns>
    public string? Next(IReadOnlySet<string> taken, string? last)
    {
        var start = last is not null && IPAddress.TryParse(last, out var ip)
            && BinaryPrimitives.ReadUInt32BigEndian(ip.GetAddressBytes()) is var given && given >= _first && given < _last ? given + 1 : _first;
        for (var i = 0u; i <= _last - _first; i++)
        {
            var candidate = Text(_first + ((start - _first + i) % (_last - _first + 1)));
            if (!taken.Contains(candidate))
            {
                return candidate;
            }
        }
        return null;
    }

    private static string Text(uint address)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, address);
        return new IPAddress(bytes).ToString();
    }
}
