using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Kontena.Core.Services;

namespace Kontena.Core.Stacks;

/// <summary>Published ports: <c>[IP:]NODE:CONTAINER[/PROTOCOL]</c>.</summary>
internal static partial class PortText
{
    public const string Form = "[IP:]NODE_PORT:CONTAINER_PORT[/PROTOCOL]";

    public static PortMapping? Parse(string text)
    {
        var match = Mapping().Match(text);
        if (!match.Success)
        {
            return null;
        }
        var ip = match.Groups[1].Success ? match.Groups[1].Value : "0.0.0.0";
        var protocol = match.Groups[4].Success ? match.Groups[4].Value.ToLowerInvariant() : "tcp";
        return Port(match.Groups[2].Value) is { } node && Port(match.Groups[3].Value) is { } container &&
            IPAddress.TryParse(ip, out _) && protocol is "tcp" or "udp" or "sctp"
            ? new PortMapping(ip, node, container, protocol)
            : null;
    }

    public static int? Port(string text) =>
        text.Length <= 5 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65_535 ? port : null;

    /// <summary>The shortest form.</summary>
    public static string Print(PortMapping port) => string.Create(CultureInfo.InvariantCulture,
        $"{(port.Ip == "0.0.0.0" ? "" : port.Ip + ":")}{port.NodePort}:{port.ContainerPort}{(port.Protocol == "tcp" ? "" : "/" + port.Protocol)}");

    [GeneratedRegex(@"^(?:(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}):)?(\d{1,9}):(\d{1,9})(?:/(\w{1,16}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Mapping();
}
