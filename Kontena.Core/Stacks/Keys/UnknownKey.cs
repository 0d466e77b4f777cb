using System.Collections.Immutable;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Keys;

/// <summary>Explains a key that does not exist: a slip, a key of another format, or one of Compose.</summary>
internal static class UnknownKey
{
    /// <summary>Keys of Compose that people bring along, and what Kontena has instead.</summary>
    private static readonly ImmutableDictionary<string, string> FromCompose = new Dictionary<string, string>
    {
        ["restart"] = "Kontena restarts what ends; deploy.restart says how.",
        ["container_name"] = "Kontena names containers STACK-SERVICE-NUMBER.",
        ["hostname"] = "Kontena gives each instance its host name.",
        ["expose"] = "Services of a grid reach all ports of each other.",
        ["labels"] = "Labels belong to the stack, at the top of the file.",
        ["networks"] = "All services share the network of their grid.",
        ["healthcheck"] = "Use health_check with protocol and port.",
        ["scale"] = "Use instances.",
        ["replicas"] = "Use instances, beside deploy.",
        ["tty"] = "Containers of a service have no terminal.",
        ["stdin_open"] = "Containers of a service have no standard input.",
        ["dns"] = "Names are resolved by the grid.",
        ["extra_hosts"] = "Names are resolved by the grid.",
        ["configs"] = "Put the file into the image, or its content into environment.",
    }.ToImmutableDictionary(StringComparer.Ordinal);

    public static void Report(Place mapping, YamlEntry entry, ImmutableArray<StackKey> keys, KeyFormats format)
    {
        var path = mapping.Path.Add(entry.Name);
        mapping.Findings.Error("unknown_key", entry.Key.Span, path, Message(mapping, entry.Name, keys, format));
    }

    private static string Message(Place mapping, string written, ImmutableArray<StackKey> keys, KeyFormats format)
    {
        var place = mapping.Path.IsEmpty ? "here" : $"in '{Shown.Short(mapping.Key)}'";
        var start = $"There is no key '{Shown.Short(written)}' {place}.";
        if (keys.FirstOrDefault(k => k.Name == written) is { } other)
        {
            return $"{start} It belongs to {NameOf(other.Formats)}{(other.In(KeyFormats.Stack) && format != KeyFormats.Stack ? ": add 'stack: NAME' at the top and put the services below 'services:'" : "")}. {other.Summary}";
        }
        if (!mapping.Findings.IsFull && NearestName.Of(written, keys.Where(k => k.In(format)).Select(k => k.Name)) is { } near)
        {
            return $"{start} Did you mean '{near}'?";
        }
        return FromCompose.TryGetValue(written, out var hint)
            ? $"{start} {hint}"
            : $"{start} Remove it, or check its spelling and indentation.";
    }

    private static string NameOf(KeyFormats formats) => formats switch
    {
        KeyFormats.ApplicationV1 => "files with services at the top level",
        KeyFormats.ApplicationV2 => "files with 'version: 2'",
        KeyFormats.Stack => "stack files",
        KeyFormats.ApplicationV2 | KeyFormats.Stack => "stack files and files with 'version: 2'",
        _ => "another kind of file",
    };
}
