using System.Collections.Immutable;
using System.Text;
using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Variables;

/// <summary>Reads the section <c>variables</c>.</summary>
internal static class VariableReader
{
    private const int Most = 500;

    /// <param name="section">With the built-in variables already put in.</param>
    public static ImmutableArray<VariableDefinition> Read(Place section)
    {
        if (section.IsNull)
        {
            return [];
        }
        if (section.Node is not YamlMapping mapping)
        {
            section.Error("invalid_variable", $"'variables' is a mapping of names to definitions, and this is {TypeMessage.NameOf(section.Node)}.");
            return [];
        }
        if (mapping.Entries.Count > Most)
        {
            section.Error("invalid_variable", $"There are {mapping.Entries.Count} variables; {Most} are allowed.");
            return [];
        }
        return [.. mapping.Entries.Select(entry => Definition(section.Of(entry), entry)).OfType<VariableDefinition>()];
    }

    private static VariableDefinition? Definition(Place at, YamlEntry entry)
    {
        if (entry.Value is not YamlMapping options)
        {
            at.Error("invalid_variable", $"The variable '{Shown.Short(entry.Name)}' is a mapping with a type, such as {{ type: string }}, and this is {TypeMessage.NameOf(entry.Value)}.");
            return null;
        }
        var type = (options.Get("type") as YamlScalar)?.Value.Text ?? "";
        if (!VariableTypes.Names.Contains(Snake(type)))
        {
            var span = options.Find("type")?.ValueSpan ?? entry.Key.Span;
            at.Findings.Error("unknown_type", span, at.Path, type.Length == 0
                ? $"The variable '{Shown.Short(entry.Name)}' has no type. Add one of {string.Join(", ", VariableTypes.Names)}."
                : $"'{Shown.Short(type)}' is no type of a variable. Take one of {string.Join(", ", VariableTypes.Names)}.{NearestName.DidYouMean(type, VariableTypes.Names)}");
            return null;
        }
        var variable = new VariableDefinition(entry.Name, Snake(type), options, at, entry.Key.Span,
            Sources(at, options, "from", entry.Name, Resolvers.Names), Sources(at, options, "to", entry.Name, ["env", "vault"]));
        return VariableTypes.IsSound(variable) ? variable : null;
    }

    private static ImmutableArray<VariableSource> Sources(Place at, YamlMapping options, string key, string name, IReadOnlyCollection<string> known)
    {
        if (options.Find(key) is not { } entry)
        {
            return [];
        }
        var sources = ImmutableArray.CreateBuilder<VariableSource>();
        AddSources(sources, at.Of(entry), name);
        foreach (var source in sources.Where(s => !known.Contains(s.Kind)))
        {
            source.At.Findings.Error("unknown_resolver", source.At.Span, at.Path,
                $"'{Shown.Short(source.Kind)}' is nothing that a variable can take '{key}'. There are {string.Join(", ", known)}.{NearestName.DidYouMean(source.Kind, known)}");
        }
        return [.. sources.Where(s => known.Contains(s.Kind))];
    }

    private static void AddSources(ImmutableArray<VariableSource>.Builder sources, Place at, string name)
    {
        switch (at.Node)
        {
            case YamlScalar { IsNull: false } scalar:
                sources.Add(new VariableSource(Snake(scalar.Value.Text), YamlScalar.Quoted(scalar.Span, name), at));
                break;
            case YamlSequence:
                foreach (var item in at.Items().Where(i => i.Node is not YamlSequence))
                {
                    AddSources(sources, item, name);
                }
                break;
            case YamlMapping mapping:
                foreach (var entry in mapping.Entries)
                {
                    sources.Add(new VariableSource(Snake(entry.Name), entry.Value, at.Of(entry) with { Span = entry.Key.Span }));
                }
                break;
        }
    }

    private static string Snake(string name)
    {
        var snake = new StringBuilder();
        foreach (var c in name)
        {
            _ = c == '-' ? snake.Append('_')
                : char.IsAsciiLetterUpper(c) ? (snake.Length > 0 && snake[^1] != '_' ? snake.Append('_') : snake).Append(char.ToLowerInvariant(c))
                : snake.Append(c);
        }
        return snake.ToString();
    }
}
