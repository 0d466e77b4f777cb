using System.Collections.Immutable;
using Kontena.Core.Services;

namespace Kontena.Core.Stacks.Drafts;

/// <summary>Puts the variables of several places together.</summary>
internal static class EnvironmentMerge
{
    /// <summary>In the order of the first list, replaced in place by the second, then what only the second has.</summary>
    public static ImmutableArray<EnvironmentVariable> Over(ImmutableArray<EnvironmentVariable> parent, ImmutableArray<EnvironmentVariable> child)
    {
        var values = Last(child);
        var names = parent.Select(v => v.Name).ToHashSet(StringComparer.Ordinal);
        return [.. parent.Select(v => values.TryGetValue(v.Name, out var own) ? own : v), .. child.Where(v => !names.Contains(v.Name))];
    }

    /// <summary>The first list, then those of the second that it lacks.</summary>
    public static ImmutableArray<EnvironmentVariable> Before(ImmutableArray<EnvironmentVariable> child, ImmutableArray<EnvironmentVariable> parent) =>
        FirstOfEach([.. child, .. parent]);

    public static ImmutableArray<EnvironmentVariable> FirstOfEach(ImmutableArray<EnvironmentVariable> variables) =>
        [.. variables.DistinctBy(v => v.Name, StringComparer.Ordinal)];

    /// <summary>Each name once, at its first place, with its last value: what a process would see.</summary>
    public static ImmutableArray<EnvironmentVariable> LastOfEach(ImmutableArray<EnvironmentVariable> variables)
    {
        var values = Last(variables);
        return [.. variables.DistinctBy(v => v.Name, StringComparer.Ordinal).Select(v => values[v.Name])];
    }

    private static Dictionary<string, EnvironmentVariable> Last(ImmutableArray<EnvironmentVariable> variables)
    {
        var values = new Dictionary<string, EnvironmentVariable>(StringComparer.Ordinal);
        foreach (var variable in variables)
        {
            values[variable.Name] = variable;
        }
        return values;
    }
}
