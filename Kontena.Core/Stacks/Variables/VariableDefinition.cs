using System.Collections.Immutable;
using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Variables;

/// <summary>One source in <c>from:</c> or one target in <c>to:</c>.</summary>
/// <param name="Kind">In snake case.</param>
internal sealed record VariableSource(string Kind, YamlNode? Hint, Place At)
{
    public string? HintText => (Hint as YamlScalar)?.Value is { Kind: not ScalarKind.Null } value ? value.Text : null;
}

/// <summary>A variable as the file declares it.</summary>
/// <param name="At">Its mapping.</param>
/// <param name="NameAt">Its name.</param>
internal sealed record VariableDefinition(
    string Name, string Type, YamlMapping Options, Place At, SourceSpan NameAt, ImmutableArray<VariableSource> From, ImmutableArray<VariableSource> To)
{
    public bool Required => Flag("required", otherwise: true);

    public string Label => Text("label") ?? Name;

    public string? Description => Text("description");

    public string? Text(string option) => Options.Get(option) is YamlScalar { IsNull: false } scalar ? scalar.Value.Text : null;

    public long? Integer(string option) => Options.Get(option) is YamlScalar { Kind: ScalarKind.Integer } scalar ? scalar.Value.Integer : null;

    public bool Flag(string option, bool otherwise = false) =>
        Options.Get(option) is YamlScalar { Kind: ScalarKind.Boolean } scalar ? scalar.Value.Boolean : otherwise;

    public object? Value(string option) => VariableValue.Of(Options.Get(option));

    public ImmutableArray<object?> List(string option) => Value(option) is ImmutableArray<object?> list ? list : [];

    /// <summary>Where an option stands; the name of the variable when it has none.</summary>
    public SourceSpan SpanOf(string option) => Options.Find(option)?.ValueSpan ?? NameAt;
}
