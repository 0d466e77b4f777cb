using System.Collections.Immutable;
using Kontena.Core.Services;

namespace Kontena.Core.Stacks.Keys;

/// <summary>The keys of <c>health_check:</c>.</summary>
internal static class HealthCheckKeys
{
    private static readonly HealthCheck Defaults = new() { Protocol = "tcp" };

    public static ImmutableArray<StackKey> All { get; } =
    [
        new()
        {
            Name = "protocol", Types = KeyTypes.Text, Values = ["http", "tcp", "image"], Required = true, Example = "http",
            Summary = "'http' asks for a page, 'tcp' only connects, 'image' runs the check that the image brings.",
        },
        new()
        {
            Name = "port", Types = KeyTypes.Integer, Min = 1, Max = 65_535, Example = "8080",
            Summary = "The port of the container. Needed for http and tcp.",
            Convert = Number.Int32,
        },
        new()
        {
            Name = "uri", Types = KeyTypes.Text, Default = "/", Example = "/health", Form = "a path with a slash",
            Summary = "The page that an http check asks for; it must answer with a status from 200 to 399.",
            Convert = (at, _) => Uri(at),
        },
        Seconds("timeout", 1, "10", "Seconds that one check may take."),
        Seconds("interval", 1, "60", "Seconds between two checks."),
        Seconds("initial_delay", 0, "10", "Seconds from the start of the container to the first check."),
    ];

    public static object? Build(Place at, KeyValues keys)
    {
        var protocol = keys.Text("protocol");
        if (protocol != "image" && !(keys.TryGet("port", out var given) && !given.Place.IsNull))
        {
            at.Findings.Error("required", at.Span, at.Path.Add("port"), "'port' is missing in 'health_check'. Add the port of the container, for example 'port: 8080'.");
        }
        if (keys.Value<int>("timeout") is { } timeout && keys.Value<int>("interval") is { } interval && interval < timeout)
        {
            keys.TryGet("interval", out var place);
            place!.Place.Error("invalid", $"'interval' ({interval} s) is shorter than 'timeout' ({timeout} s), so checks would overlap. Make it at least as long.");
        }
        return protocol is null ? null : new HealthCheck
        {
            Protocol = protocol,
            Port = protocol == "image" ? null : keys.Value<int>("port"),
            Uri = keys.Text("uri"),
            Timeout = Time(keys, "timeout") ?? Defaults.Timeout,
            Interval = Time(keys, "interval") ?? Defaults.Interval,
            InitialDelay = Time(keys, "initial_delay") ?? Defaults.InitialDelay,
        };
    }

    private static TimeSpan? Time(KeyValues keys, string key) => keys.Value<int>(key) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    private static StackKey Seconds(string name, int min, string otherwise, string summary) => new()
    {
        Name = name, Types = KeyTypes.Integer, Min = min, Max = 86_400, Default = otherwise, Example = otherwise, Summary = summary, Convert = Number.Int32,
    };

    private static string? Uri(Place at)
    {
        if (at.Text.Contains('/', StringComparison.Ordinal) && !at.Text.Any(c => char.IsControl(c) || c == ' ') && at.Text.Length <= 2_048)
        {
            return at.Text;
        }
        at.Error("invalid", $"'{Shown.Short(at.Text)}' is no path. Write one that starts with a slash, such as /health.");
        return null;
    }
}
