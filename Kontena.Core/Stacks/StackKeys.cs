using System.Collections.Immutable;
using Kontena.Core.Stacks.Keys;

namespace Kontena.Core.Stacks;

/// <summary>The keys that a stack file may have, by the mapping in which they stand: the lists that the reader itself checks against.</summary>
public static class StackKeys
{
    /// <summary>At the top level of a file with the key <c>stack</c>.</summary>
    public static ImmutableArray<StackKey> File => TopLevelKeys.All;

    public static ImmutableArray<StackKey> Service => ServiceKeys.All;

    public static ImmutableArray<StackKey> Variable => VariableKeys.All;

    public static ImmutableArray<StackKey> Volume => VolumeKeys.All;

    /// <summary>Explains the key at a path, such as <c>services, web, deploy, strategy</c>: for help beside the file.</summary>
    /// <param name="path">As in findings: keys and indexes from the root, services of every format below <c>services</c>.</param>
    /// <param name="format">Which file it stands in.</param>
    /// <returns>Null when there is no such key, or the path ends at a name that is free.</returns>
    public static StackKey? Describe(IReadOnlyList<string> path, KeyFormats format = KeyFormats.Stack)
    {
        var keys = path.Count == 0 ? [] : path.Count == 1 ? File : path[0] switch
        {
            "services" => Service,
            "volumes" => Volume,
            "variables" => Variable,
            _ => [],
        };
        StackKey? found = null;
        for (var i = path.Count == 1 ? 0 : 2; i < path.Count; i++)
        {
            if (found is { EntryKeys.IsEmpty: false } && path[i].All(char.IsAsciiDigit))
            {
                keys = found.EntryKeys;
                found = null;
                continue;
            }
            found = keys.FirstOrDefault(k => k.Name == path[i] && k.In(format));
            if (found is null)
            {
                return null;
            }
            keys = found.Keys;
        }
        return found;
    }
}
