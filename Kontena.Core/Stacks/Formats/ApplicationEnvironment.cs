using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Formats;

/// <summary>Application files take a bare <c>NAME</c> in the environment list; stack files do not.</summary>
internal static class ApplicationEnvironment
{
    /// <summary>The service with such entries written as <c>NAME=</c>, so that one set of checks serves both.</summary>
    public static Place Relaxed(Place service)
    {
        var mapping = (YamlMapping)service.Node;
        if (mapping.Get("environment") is not YamlSequence list)
        {
            return service;
        }
        var entries = mapping.Entries.Select(e => e.Name == "environment" && e.Value == list
            ? new YamlEntry(e.Key, new YamlSequence(list.Span, [.. list.Items.Select(Relaxed)]))
            : e);
        return service with { Node = new YamlMapping(mapping.Span, [.. entries]) };
    }

    private static YamlNode Relaxed(YamlNode item) =>
        item is YamlScalar { Kind: ScalarKind.Text, Value.Text: { Length: > 0 } text } && !text.Contains('=', StringComparison.Ordinal)
            ? YamlScalar.Quoted(item.Span, text + "=")
            : item;
}
