using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Kontena.Core.Services;
using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Compose;

/// <summary>Carries over what <c>deploy:</c> of a Compose file has in common with Kontena.</summary>
internal static partial class ComposeDeploy
{
    public static void Read(Place at, KeyValues values)
    {
        foreach (var (entry, place) in at.Entries())
        {
            switch (entry.Name)
            {
                case "replicas":
                    ComposeService.Standard(place.Typed(), "instances", values);
                    break;
                case "mode" when place.Text == "global":
                    values.Set("deploy", new KeyValue(new DeployOptions { Strategy = "daemon" }, place));
                    break;
                case "mode" when place.Text == "replicated":
                    break;
                case "mode":
                    place.ValueNotCarriedOver($"Kontena has no mode '{Shown.Short(place.Text)}'; instances are spread over the nodes.");
                    break;
                case "resources":
                    Resources(place, values);
                    break;
                case "placement":
                    Placement(place, values);
                    break;
                default:
                    place.NotCarriedOver(entry.Key.Span);
                    break;
            }
        }
    }

    private static void Resources(Place at, KeyValues values)
    {
        foreach (var (entry, place) in at.Entries())
        {
            if (entry.Name != "limits")
            {
                place.NotCarriedOver(entry.Key.Span);
                continue;
            }
            foreach (var (limit, limited) in place.Entries())
            {
                switch (limit.Name)
                {
                    case "cpus":
                        ComposeService.Standard(limited.Typed(), "cpus", values);
                        break;
                    case "memory":
                        ComposeService.Size(limited, "mem_limit", values);
                        break;
                    default:
                        limited.NotCarriedOver(limit.Key.Span);
                        break;
                }
            }
        }
    }

    private static void Placement(Place at, KeyValues values)
    {
        foreach (var (entry, place) in at.Entries())
        {
            if (entry.Name != "constraints")
            {
                place.NotCarriedOver(entry.Key.Span);
                continue;
            }
            var rules = place.ItemsOrOne().Select(Constraint).OfType<string>().ToImmutableArray();
            values.Set("affinity", new KeyValue(rules, place));
        }
    }

    private static string? Constraint(Place item)
    {
        if (Rule().Match(item.Text) is { Success: true } match)
        {
            var (subject, op, value) = (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value);
            return subject == "node.hostname" ? $"node{op}{value}" : $"label{op}{subject["node.labels.".Length..]}={value}";
        }
        item.ValueNotCarriedOver($"'{Shown.Short(item.Text)}' is no rule that Kontena knows. It knows node.hostname and node.labels.NAME.");
        return null;
    }

    [GeneratedRegex(@"^\s*(node\.hostname|node\.labels\.[^\s=!]{1,200})\s*(==|!=)\s*(\S{1,500})\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Rule();
}
