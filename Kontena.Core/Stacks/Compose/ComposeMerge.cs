using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Compose;

/// <summary>Lays a service of a Compose file over the one that it extends, by Compose's own rules.</summary>
internal static class ComposeMerge
{
    public static YamlMapping Over(YamlMapping parent, YamlMapping child)
    {
        var merged = parent.Entries.Where(e => e.Name != "extends").ToList();
        foreach (var entry in child.Entries.Where(e => e.Name != "extends"))
        {
            var at = merged.FindIndex(e => e.Name == entry.Name);
            if (at < 0)
            {
                merged.Add(entry);
            }
            else
            {
                merged[at] = new YamlEntry(entry.Key, Value(entry.Name, merged[at].Value, entry.Value));
            }
        }
        return new YamlMapping(child.Span, merged);
    }

    private static YamlNode Value(string key, YamlNode parent, YamlNode child) => key switch
    {
        "environment" or "labels" or "args" or "options" => Maps(AsMapping(parent), AsMapping(child)) ?? child,
        "volumes" when parent is YamlSequence before && child is YamlSequence after => Volumes(before, after),
        "ports" or "cap_add" or "cap_drop" or "secrets" or "links" or "external_links" or "expose" or "dns" or "depends_on"
            when parent is YamlSequence before && child is YamlSequence after => Joined(before, after),
        _ when parent is YamlMapping before && child is YamlMapping after => Over(before, after),
        _ => child,
    };

    private static YamlMapping? Maps(YamlMapping? parent, YamlMapping? child) => parent is null || child is null ? null : Over(parent, child);

    /// <summary>A list of <c>NAME=value</c> as a mapping; a bare name has no value.</summary>
    private static YamlMapping? AsMapping(YamlNode node) => node switch
    {
        YamlMapping mapping => mapping,
        YamlSequence list when list.Items.All(i => i is YamlScalar) => new YamlMapping(list.Span, [.. list.Items.OfType<YamlScalar>().Select(Pair)]),
        _ => null,
    };

    private static YamlEntry Pair(YamlScalar item)
    {
        var text = item.Value.Text;
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0
            ? new YamlEntry(YamlScalar.Quoted(item.Span, text), YamlScalar.Resolved(item.Span, ""))
            : new YamlEntry(YamlScalar.Quoted(item.Span, text[..equals]), YamlScalar.Quoted(item.Span, text[(equals + 1)..]));
    }

    private static YamlSequence Joined(YamlSequence parent, YamlSequence child) => new(child.Span,
        [.. parent.Items.Concat(child.Items).DistinctBy(i => i is YamlScalar scalar ? scalar.Value.Text : (object)i)]);

    private static YamlSequence Volumes(YamlSequence parent, YamlSequence child)
    {
        var byTarget = child.Items.GroupBy(Target).ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
        var parents = parent.Items.Select(Target).ToHashSet(StringComparer.Ordinal);
        return new YamlSequence(child.Span,
            [.. parent.Items.Select(i => byTarget.GetValueOrDefault(Target(i), i)), .. child.Items.Where(i => !parents.Contains(Target(i)))]);
    }

    private static string Target(YamlNode item) => item switch
    {
        YamlMapping mapping => (mapping.Get("target") as YamlScalar)?.Value.Text ?? "",
        YamlScalar scalar when scalar.Value.Text.Split(':') is { Length: > 1 } parts => parts[1],
        YamlScalar scalar => scalar.Value.Text,
        _ => "",
    };
}
