using System.Collections.Immutable;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Keys;

/// <summary>The keys of a volume at the top level.</summary>
internal static class VolumeKeys
{
    public static ImmutableArray<StackKey> All { get; } =
    [
        new()
        {
            Name = "external", Types = KeyTypes.Boolean | KeyTypes.Mapping, Required = true, Example = "true", Formats = KeyFormats.Stack,
            Summary = "'true' for the volume of the grid with the same name, or { name: NAME } for another one.",
            Convert = (at, _) => External(at),
        },
        new()
        {
            Name = "only_if", Types = KeyTypes.Text | KeyTypes.List | KeyTypes.Mapping, Example = "persist", Formats = KeyFormats.Stack,
            Summary = "The volume exists only if these variables are true, or have these values.", Convert = (at, _) => at.Node,
        },
        new()
        {
            Name = "skip_if", Types = KeyTypes.Text | KeyTypes.List | KeyTypes.Mapping, Example = "ephemeral", Formats = KeyFormats.Stack,
            Summary = "The volume is left out if one of these variables is true, or has this value.", Convert = (at, _) => at.Node,
        },
    ];

    /// <summary>The name of the volume in the grid; empty for its own name.</summary>
    private static string? External(Place at)
    {
        if (at.Scalar is { Value.Boolean: true })
        {
            return "";
        }
        if ((at.Node as YamlMapping)?.Get("name") is YamlScalar { Kind: ScalarKind.Text, Value.Text.Length: > 0 } name)
        {
            return name.Value.Text;
        }
        at.Error("invalid", "'external' is true, or has a name: external: { name: NAME }. The volume must exist in the grid.");
        return null;
    }
}
