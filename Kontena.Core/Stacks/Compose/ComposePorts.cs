using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Kontena.Core.Services;
using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Compose;

/// <summary>Reads every form of <c>ports:</c> that Compose has.</summary>
internal static partial class ComposePorts
{
    private const int LongestRange = 1_000;

    public static ImmutableArray<PortMapping> Read(Place at)
    {
        var ports = ImmutableArray.CreateBuilder<PortMapping>();
        foreach (var item in at.ItemsOrOne())
        {
            ports.AddRange(item.Node is YamlMapping ? Long(item) : Short(item));
        }
        return [.. ports.Distinct()];
    }

    private static IEnumerable<PortMapping> Short(Place item)
    {
        var text = item.Scalar is { Kind: ScalarKind.Integer } number && number.Text.Contains(':', StringComparison.Ordinal) ? number.Text : item.Text;
        if (ContainerOnly().IsMatch(text))
        {
            NotPublished(item);
            return [];
        }
        var match = Mapping().Match(text);
        if (!match.Success)
        {
            item.Error("invalid", $"'{Shown.Short(text)}' is no port. Write [IP:]PUBLISHED:TARGET[/PROTOCOL], such as \"8080:80\".");
            return [];
        }
        return Range(item, match.Groups["ip"].Value, match.Groups["from"].Value, match.Groups["to"].Value, match.Groups["protocol"].Value);
    }

    private static IEnumerable<PortMapping> Long(Place item)
    {
        var mapping = (YamlMapping)item.Node;
        string Member(string key) => (mapping.Get(key) as YamlScalar)?.Value.Text ?? "";
        if (Member("target").Length == 0)
        {
            item.Error("required", "The port has no 'target'. Add the port of the container.");
            return [];
        }
        if (Member("published").Length == 0)
        {
            NotPublished(item);
            return [];
        }
        return Range(item, Member("host_ip"), Member("published"), Member("target"), Member("protocol"));
    }

    private static IEnumerable<PortMapping> Range(Place item, string ip, string published, string target, string protocol)
    {
        var (from, to) = (Bounds(published), Bounds(target));
        protocol = protocol.Length == 0 ? "tcp" : protocol.ToLowerInvariant();
        if (from is null || to is null || from.Value.Last - from.Value.First != to.Value.Last - to.Value.First || from.Value.Last - from.Value.First > LongestRange ||
            protocol is not ("tcp" or "udp" or "sctp") || (ip.Length > 0 && !(System.Net.IPAddress.TryParse(ip, out _) && !ip.Contains(':', StringComparison.Ordinal))))
        {
            item.Error("invalid", $"'{Shown.Short(published)}:{Shown.Short(target)}' cannot be published. Ports go from 1 to 65535, both ranges have the same length, and addresses are IPv4.");
            return [];
        }
        return Enumerable.Range(0, from.Value.Last - from.Value.First + 1)
            .Select(i => new PortMapping(ip.Length == 0 ? "0.0.0.0" : ip, from.Value.First + i, to.Value.First + i, protocol));
    }

    private static (int First, int Last)? Bounds(string text)
    {
        var parts = text.Split('-');
        var first = PortText.Port(parts[0]);
        var last = parts.Length == 2 ? PortText.Port(parts[1]) : first;
        return parts.Length <= 2 && first is { } a && last is { } b && a <= b ? (a, b) : null;
    }

    private static void NotPublished(Place item) => item.Warning("port_not_published",
        string.Create(CultureInfo.InvariantCulture, $"This port has no port of the node, so it is not published. Services of the grid reach it anyway; write \"PORT:PORT\" to publish it."));

    [GeneratedRegex(@"^[0-9]{1,5}(?:-[0-9]{1,5})?(?:/\w{1,16})?$", RegexOptions.CultureInvariant)]
    private static partial Regex ContainerOnly();

    [GeneratedRegex(@"^(?:(?<ip>[0-9.]{7,15}):)?(?<from>[0-9-]{1,11}):(?<to>[0-9-]{1,11})(?:/(?<protocol>\w{1,16}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Mapping();
}
