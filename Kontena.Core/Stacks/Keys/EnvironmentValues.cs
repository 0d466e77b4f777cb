using System.Collections.Immutable;
using Kontena.Core.Services;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Keys;

/// <param name="Required">Whether a missing file is an error.</param>
internal sealed record EnvironmentFile(string File, bool Required, Place At);

/// <summary>Normalises <c>environment:</c> and <c>env_file:</c>.</summary>
internal static class EnvironmentValues
{
    private const int LongestEntry = 128 * 1024;

    public static ImmutableArray<EnvironmentVariable> Read(Place at) => at.Node is YamlSequence ? OfList(at) : OfMapping(at);

    public static ImmutableArray<EnvironmentFile> Files(Place at)
    {
        if (at.Node is YamlScalar)
        {
            return ImmutableArray.Create(new EnvironmentFile(at.Text, true, at));
        }
        var files = ImmutableArray.CreateBuilder<EnvironmentFile>();
        foreach (var item in at.Items())
        {
            if (item.Scalar is { Kind: ScalarKind.Text })
            {
                files.Add(new EnvironmentFile(item.Text, true, item with { Path = at.Path }));
            }
            else
            {
                item.Error("type", $"The entries of 'env_file' are names of files, and this is {TypeMessage.NameOf(item.Node)}.");
            }
        }
        return files.ToImmutable();
    }

    /// <summary>One <c>NAME=value</c>; without <c>=</c> the value is empty.</summary>
    public static EnvironmentVariable Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? new EnvironmentVariable(text, "") : new EnvironmentVariable(text[..equals], text[(equals + 1)..]);
    }

    private static ImmutableArray<EnvironmentVariable> OfList(Place at)
    {
        var variables = ImmutableArray.CreateBuilder<EnvironmentVariable>();
        foreach (var item in at.Items())
        {
            if (item.Scalar is not { Kind: ScalarKind.Text } || item.Text.IndexOf('=', StringComparison.Ordinal) <= 0)
            {
                at.Findings.Error("invalid", item.Span, at.Path, $"'{Shown.Short(item.Text)}' sets no variable. Write NAME=value, with nothing behind the = for an empty one.");
                continue;
            }
            Add(at, item.Span, variables, Parse(item.Text));
        }
        return variables.ToImmutable();
    }

    private static ImmutableArray<EnvironmentVariable> OfMapping(Place at)
    {
        var variables = ImmutableArray.CreateBuilder<EnvironmentVariable>();
        foreach (var entry in ((YamlMapping)at.Node).Entries)
        {
            if (entry.Key.Kind is not ScalarKind.Text || entry.Name.Length == 0 || entry.Name.Contains('=', StringComparison.Ordinal))
            {
                at.Findings.Error("invalid", entry.Key.Span, at.Path,
                    $"'{Shown.Short(entry.Name)}' is no name of a variable. {(entry.Key.Kind is ScalarKind.Text ? "It must not be empty or contain '='." : $"Put it into quotes: \"{Shown.Short(entry.Name)}\".")}");
            }
            else if (entry.Value is YamlScalar { Kind: not ScalarKind.Float } scalar)
            {
                Add(at, entry.ValueSpan, variables, new EnvironmentVariable(entry.Name, scalar.Value.Text));
            }
            else
            {
                at.Findings.Error("invalid", entry.ValueSpan, at.Path, entry.Value is YamlScalar number
                    ? $"'{Shown.Short(entry.Name)}' is a fraction, which could be written in several ways. Put it into quotes: \"{Shown.Short(number.Text)}\"."
                    : $"'{Shown.Short(entry.Name)}' is {TypeMessage.NameOf(entry.Value)}. A variable is text, a whole number, true or false.");
            }
        }
        return variables.ToImmutable();
    }

    private static void Add(Place at, SourceSpan span, ImmutableArray<EnvironmentVariable>.Builder variables, EnvironmentVariable variable)
    {
        if (variable.Name.Length + variable.Value.Length > LongestEntry)
        {
            at.Findings.Error("invalid", span, at.Path, $"'{Shown.Short(variable.Name)}' is longer than 128 KiB, which no process accepts. Use a volume for data of that size.");
            return;
        }
        variables.Add(variable);
    }
}
