using System.Collections.Immutable;
using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Formats;

/// <summary>Reads and checks the top level of a stack file.</summary>
internal static class StackHeader
{
    /// <param name="raw">The document before substitution: the name never has variables.</param>
    public static StackName? Name(Place raw)
    {
        if (((YamlMapping)raw.Node).Find("stack") is not { } entry || entry.Value is YamlScalar { IsNull: true })
        {
            var version = ((YamlMapping)raw.Node).Find("version")?.ValueSpan ?? raw.Span;
            raw.Findings.Error("required", version, ["stack"], "The stack has no name. Start the file with 'stack: NAME'.");
            return null;
        }
        var at = raw.Of(entry);
        if (at.Scalar is not { Kind: ScalarKind.Text } text)
        {
            at.Error("type", $"'stack' is the name of the stack, and this is {TypeMessage.NameOf(at.Node)}. Write it as text.");
            return null;
        }
        var name = StackName.Parse(text.Text);
        if (!StackName.IsPlain(name.Name) || name.Version is not null)
        {
            at.Warning("name_format", name.Version is null
                ? $"'{Shown.Short(name.Name)}' should have only small letters, digits and dashes, and no dash in front."
                : "The version belongs to the key 'version' and not to the name.");
        }
        return name;
    }

    /// <summary>The text of <c>version</c> as written: <c>1.10</c> is not <c>1.1</c>.</summary>
    public static string? Version(Place raw) => ((YamlMapping)raw.Node).Get("version") is YamlScalar { IsNull: false } version ? version.Text : null;

    public static ImmutableArray<string> Labels(Place top)
    {
        if (((YamlMapping)top.Node).Find("labels") is not { Value: YamlSequence } entry)
        {
            return [];
        }
        return KeyReader.Texts(top.Of(entry));
    }

    public static void Check(Place top)
    {
        var root = (YamlMapping)top.Node;
        foreach (var entry in root.Entries)
        {
            var key = TopLevelKeys.All.FirstOrDefault(k => k.Name == entry.Name);
            if (key is null)
            {
                if (!entry.Name.StartsWith("x-", StringComparison.Ordinal))
                {
                    top.Findings.Warning("unknown_top_level_key", entry.Key.Span, [entry.Name],
                        $"There is no key '{Shown.Short(entry.Name)}' at the top level; it is ignored.{NearestName.DidYouMean(entry.Name, TopLevelKeys.All.Select(k => k.Name))}");
                }
                continue;
            }
            if (key.Name == "networks")
            {
                top.Findings.Warning("unsupported_section", entry.Key.Span, [entry.Name], key.Summary);
            }
            if (key.Name is "description" or "expose" or "labels" or "depends" && !KeyReader.TypeFits(entry.Value, key.Types))
            {
                top.Of(entry).Error("type", TypeMessage.Of(top.Of(entry), key));
            }
            else if (key.Refusal is { } refusal && entry.Value is YamlMapping { Entries.Count: > 0 })
            {
                top.Findings.Error("unsupported_key", entry.Key.Span, [entry.Name], refusal);
            }
        }
        var (services, volumes) = (IsThere(root, "services"), IsThere(root, "volumes"));
        if (!services && !volumes)
        {
            top.Error("nothing_defined", "The stack has no services. Add 'services:' and below it one mapping for each service.");
        }
        else if (!services)
        {
            top.Warning("no_services", "The stack has no services, only volumes.");
        }
    }

    private static bool IsThere(YamlMapping root, string key) => root.Get(key) switch
    {
        YamlMapping mapping => mapping.Entries.Count > 0,
        YamlSequence list => list.Items.Count > 0,
        YamlScalar scalar => !scalar.IsNull,
        _ => false,
    };
}
