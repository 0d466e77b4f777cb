using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Kontena.Core.Services;
using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Compose;

/// <summary>Translates a <c>healthcheck</c> that asks for a page or a port of the container itself.</summary>
internal static partial class ComposeHealth
{
    public static HealthCheck? Read(Place at)
    {
        var test = ImmutableArray<string>.Empty;
        var check = new HealthCheck { Protocol = "tcp" };
        foreach (var (entry, place) in at.Entries())
        {
            switch (entry.Name)
            {
                case "disable" when place.Typed().Scalar?.Value is { Kind: ScalarKind.Boolean, Boolean: true }:
                    return null;
                case "disable":
                    break;
                case "test":
                    test = Words(place);
                    break;
                case "interval":
                    check = check with { Interval = Seconds(place) ?? check.Interval };
                    break;
                case "timeout":
                    check = check with { Timeout = Seconds(place) ?? check.Timeout };
                    break;
                case "start_period":
                    check = check with { InitialDelay = Seconds(place) ?? check.InitialDelay };
                    break;
                default:
                    place.NotCarriedOver(entry.Key.Span);
                    break;
            }
        }
        if (test is [] or ["NONE"])
        {
            return null;
        }
        var found = Page(test) ?? Port(test);
        if (found is null)
        {
            at.ValueNotCarriedOver("Kontena checks a page or a port of the container, and this test does neither. Add health_check in a kontena.yml that extends this file.");
        }
        return found is { } target ? check with { Protocol = target.Protocol, Port = target.Port, Uri = target.Uri } : null;
    }

    private static ImmutableArray<string> Words(Place at) =>
        [.. at.Words().SelectMany(w => w.Split((char[])[' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries))];

    private static (string Protocol, int Port, string? Uri)? Page(ImmutableArray<string> words)
    {
        foreach (var word in words)
        {
            if (OwnPage().Match(word) is { Success: true } match && (match.Groups[1].Length == 0 ? 80 : PortText.Port(match.Groups[1].Value)) is { } port)
            {
                return ("http", port, match.Groups[2].Length == 0 ? "/" : match.Groups[2].Value);
            }
        }
        return null;
    }

    private static (string Protocol, int Port, string? Uri)? Port(ImmutableArray<string> words)
    {
        for (var i = 0; i + 3 < words.Length; i++)
        {
            if (words[i] == "nc" && words[i + 1] == "-z" && words[i + 2] is "localhost" or "127.0.0.1" or "0.0.0.0" or "[::1]" && PortText.Port(words[i + 3]) is { } port)
            {
                return ("tcp", port, null);
            }
        }
        return null;
    }

    private static TimeSpan? Seconds(Place at)
    {
        if (DurationText.ParseCompose(at.Text) is { } duration)
        {
            return TimeSpan.FromSeconds(Math.Ceiling(duration.TotalSeconds));
        }
        at.Error("invalid", $"'{Shown.Short(at.Text)}' is no duration. Write it like 1m30s.");
        return null;
    }

    [GeneratedRegex(@"^['""]?http://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::([0-9]{1,5}))?(/[^'""\s]*)?['""]?$", RegexOptions.CultureInvariant)]
    private static partial Regex OwnPage();
}
