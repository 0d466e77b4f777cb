using System.Collections.Immutable;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Variables;

/// <summary>The variables of one stack file with their values, which are found when they are first needed and then stay.</summary>
internal sealed class VariableSet
{
    private readonly Dictionary<string, VariableDefinition> _definitions;
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _skipped = new(StringComparer.Ordinal);
    private readonly List<string> _running = [];
    private readonly ImmutableDictionary<string, object?> _outer;
    private readonly ILookup<string, VariableDefinition> _exported;

    /// <param name="file">The file of the definitions; files that a variable reads are beside it.</param>
    /// <param name="builtIn">STACK, GRID, PLATFORM and what else always exists.</param>
    /// <param name="outer">Variables of a stack file that extends this one. Own definitions win.</param>
    /// <param name="takesGivenValues">Given values are meant for the main file.</param>
    public VariableSet(
        ReadingContext context, string file, ImmutableArray<VariableDefinition> definitions, ImmutableDictionary<string, object?> builtIn,
        ImmutableDictionary<string, object?> outer, bool takesGivenValues)
    {
        (Context, File, Definitions, BuiltIn, _outer, TakesGivenValues) = (context, file, definitions, builtIn, outer, takesGivenValues);
        _definitions = definitions.ToDictionary(d => d.Name, StringComparer.Ordinal);
        _exported = definitions.SelectMany(d => d.To.Where(t => t is { Kind: "env", HintText: not null }).Select(t => (t.HintText, Definition: d)))
            .ToLookup(t => t.HintText!, t => t.Definition, StringComparer.Ordinal);
        ForVariables = new Condition(ValueOf, IsTrue);
        ForServices = new Condition(ValueOf, name => ValueOf(name) is not (null or false or "false"));
    }

    public ReadingContext Context { get; }

    public string File { get; }

    public ImmutableArray<VariableDefinition> Definitions { get; }

    public ImmutableDictionary<string, object?> BuiltIn { get; }

    public bool TakesGivenValues { get; }

    /// <summary>Conditions of variables: truth by type.</summary>
    public Condition ForVariables { get; }

    /// <summary>Conditions of services and volumes: everything but nothing and false is true.</summary>
    public Condition ForServices { get; }

    public IEnumerable<string> Names => Definitions.Select(d => d.Name).Concat(BuiltIn.Keys).Concat(_outer.Keys);

    /// <summary>Everything that a file sees which this one extends.</summary>
    public ImmutableDictionary<string, object?> Visible() =>
        _outer.SetItems(BuiltIn).SetItems(Definitions.Select(d => KeyValuePair.Create(d.Name, Evaluate(d))));

    /// <summary>Finds all values and checks them.</summary>
    public void EvaluateAll()
    {
        foreach (var definition in Definitions)
        {
            _ = Evaluate(definition);
        }
    }

    /// <returns>False when nothing of that name is declared.</returns>
    public bool TryGet(string name, out object? value)
    {
        if (_definitions.TryGetValue(name, out var definition))
        {
            value = Evaluate(definition);
            return true;
        }
        return BuiltIn.TryGetValue(name, out value) || _outer.TryGetValue(name, out value);
    }

    /// <summary>Like <see cref="TryGet"/>, but names that variables are exported to count as well.</summary>
    public bool TryReference(string name, out object? value)
    {
        if (TryGet(name, out value))
        {
            return true;
        }
        value = _exported.Contains(name) && _exported[name].FirstOrDefault(d => !IsSkipped(d)) is { } chosen ? Evaluate(chosen) : null;
        return _exported.Contains(name);
    }

    public bool IsSkipped(VariableDefinition definition)
    {
        _ = Evaluate(definition);
        return _skipped.Contains(definition.Name);
    }

    private object? ValueOf(string name) => TryGet(name, out var value) ? value : null;

    private bool IsTrue(string name) => _definitions.TryGetValue(name, out var definition)
        ? VariableTypes.IsTrue(definition, Evaluate(definition))
        : ValueOf(name) is not (null or false or "");

    private object? Evaluate(VariableDefinition definition)
    {
        if (_values.TryGetValue(definition.Name, out var known))
        {
            return known;
        }
        if (_running.Contains(definition.Name) || _running.Count > TextLimits.Depth)
        {
            var circle = string.Join(" → ", _running.SkipWhile(n => n != definition.Name).Append(definition.Name));
            definition.At.Findings.Error("resolver_failed", definition.NameAt, definition.At.Path,
                $"Variables need each other in a circle: {Shown.Short(circle)}. Give one of them a value.", definition.Name);
            return null;
        }
        _running.Add(definition.Name);
        var skipped = ForVariables.Skips(definition.Options.Get("skip_if")) || !ForVariables.Holds(definition.Options.Get("only_if"));
        var value = skipped ? null : Find(definition);
        _running.RemoveAt(_running.Count - 1);
        _values[definition.Name] = value;
        if (skipped)
        {
            _skipped.Add(definition.Name);
            return null;
        }
        VariableTypes.Check(definition, value);
        if (value is null && definition.Required)
        {
            VariableTypes.Error(definition, "required", MissingVariable.Message(definition));
        }
        return value;
    }

    private object? Find(VariableDefinition definition)
    {
        var source = Context.Source;
        if (TakesGivenValues && source.Values.TryGetValue(definition.Name, out var given))
        {
            return VariableTypes.Convert(definition, given);
        }
        if (definition.Options.Get("value") is YamlNode and not YamlScalar { IsNull: true } and { } fixedValue)
        {
            return VariableTypes.Convert(definition, VariableValue.Of(fixedValue));
        }
        foreach (var candidate in Candidates(definition))
        {
            if (candidate() is { } raw && VariableTypes.Convert(definition, raw) is { } value)
            {
                return value;
            }
        }
        return VariableTypes.Convert(definition, null);
    }

    private IEnumerable<Func<object?>> Candidates(VariableDefinition definition)
    {
        foreach (var source in definition.From)
        {
            yield return () => Resolvers.Resolve(this, definition, source);
        }
        if (definition.From.All(s => s.Kind != "env"))
        {
            yield return () => Context.Source.Environment.TryGetValue(definition.Name, out var text) ? Resolvers.FromEnvironment(text) : null;
        }
        yield return () => TakesGivenValues && Context.Source.Defaults.TryGetValue(definition.Name, out var answer) ? answer : definition.Value("default");
    }
}
