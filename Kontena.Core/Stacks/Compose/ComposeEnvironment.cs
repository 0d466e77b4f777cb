using System.Collections.Immutable;
using Kontena.Core.Services;
using Kontena.Core.Stacks.Drafts;
using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Compose;

/// <summary>Reads <c>environment</c> and <c>env_file</c> as Compose does.</summary>
internal static class ComposeEnvironment
{
    /// <summary>A name without a value takes the one that was handed in, and is left out when there is none.</summary>
    public static ImmutableArray<EnvironmentVariable> Read(Place at, ComposeScope scope)
    {
        var variables = ImmutableArray.CreateBuilder<EnvironmentVariable>();
        if (at.Node is YamlMapping mapping)
        {
            foreach (var entry in mapping.Entries)
            {
                if (entry.Value is YamlScalar scalar)
                {
                    Add(variables, entry.Name, scalar.IsNull ? null : scalar.Value.Kind == ScalarKind.Float ? scalar.Text : scalar.Value.Text, scope);
                }
                else
                {
                    at.Of(entry).Error("type", $"A variable is text or a number, and this is {TypeMessage.NameOf(entry.Value)}.");
                }
            }
        }
        else
        {
            foreach (var word in at.Words())
            {
                AddLine(variables, word, scope);
            }
        }
        return variables.ToImmutable();
    }

    /// <summary>The variables of the files: in order of first appearance, with the value of the last file.</summary>
    public static ImmutableArray<EnvironmentVariable> OfFiles(Place at, ComposeScope scope)
    {
        var variables = ImmutableArray.CreateBuilder<EnvironmentVariable>();
        foreach (var item in at.ItemsOrOneMapping())
        {
            var path = item.Node is YamlMapping mapping ? (mapping.Get("path") as YamlScalar)?.Value.Text ?? "" : item.Text;
            var required = (item.Node as YamlMapping)?.Get("required") is not YamlScalar { Kind: ScalarKind.Boolean, Value.Boolean: false };
            var name = scope.Context.FindQuietly(path, item.Span.File) ??
                (required ? scope.Context.Find(path, item.Span.File, item with { Path = at.Path }, "file_not_found") : null);
            if (name is not null)
            {
                Lines(scope.Context.Budget.Spend(scope.Context.Source.Files[name])).ToList().ForEach(line => AddLine(variables, line, scope));
            }
        }
        return EnvironmentMerge.LastOfEach(variables.ToImmutable());
    }

    /// <summary>The lines of a file as <c>NAME=value</c>, with quotes and remarks taken away.</summary>
    public static IEnumerable<string> Lines(string text)
    {
        foreach (var raw in text.TrimStart('\ufeff').ReplaceLineEndings("\n").Split('\n'))
        {
            var line = raw.Trim();
            line = line.StartsWith("export ", StringComparison.Ordinal) ? line[7..].TrimStart() : line;
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (line.Length == 0 || line[0] == '#' || equals == 0)
            {
                continue;
            }
            yield return equals < 0 ? line : line[..equals].TrimEnd() + "=" + Unquoted(line[(equals + 1)..].Trim());
        }
    }

    private static string Unquoted(string value)
    {
        if (value.Length >= 2 && value[0] is '"' or '\'' && value.IndexOf(value[0], 1) is var end and > 0)
        {
            return value[1..end];
        }
        var remark = value.IndexOf(" #", StringComparison.Ordinal);
        return remark >= 0 ? value[..remark].TrimEnd() : value;
    }

    private static void AddLine(ImmutableArray<EnvironmentVariable>.Builder variables, string line, ComposeScope scope)
    {
        var equals = line.IndexOf('=', StringComparison.Ordinal);
        Add(variables, equals < 0 ? line : line[..equals], equals < 0 ? null : line[(equals + 1)..], scope);
    }

    private static void Add(ImmutableArray<EnvironmentVariable>.Builder variables, string name, string? value, ComposeScope scope)
    {
        if (name.Length > 0 && (value ?? scope.LookUp(name)) is { } text)
        {
            variables.Add(new EnvironmentVariable(name, text));
        }
    }

    private static IEnumerable<Place> ItemsOrOneMapping(this Place at) => at.Node is YamlMapping ? [at] : at.ItemsOrOne();
}
