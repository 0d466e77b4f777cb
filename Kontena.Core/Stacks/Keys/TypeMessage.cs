using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Keys;

/// <summary>Says in words that a value has the wrong YAML type, and how to write the right one.</summary>
internal static class TypeMessage
{
    public static string Of(Place at, StackKey key)
    {
        var remedy = Remedy(at, key);
        return $"'{key.Name}' takes {NameOf(key.Types)}, and this is {NameOf(at.Node)}.{(remedy.Length > 0 ? " " + remedy : "")}";
    }

    public static string NameOf(KeyTypes types)
    {
        if (types == KeyTypes.Any)
        {
            return "any value";
        }
        string[] names =
        [
            .. types.HasFlag(KeyTypes.Text) ? ["text"] : Array.Empty<string>(),
            .. types.HasFlag(KeyTypes.Integer) ? ["a whole number"] : Array.Empty<string>(),
            .. types.HasFlag(KeyTypes.Number) ? ["a number"] : Array.Empty<string>(),
            .. types.HasFlag(KeyTypes.Boolean) ? ["true or false"] : Array.Empty<string>(),
            .. types.HasFlag(KeyTypes.List) ? ["a list"] : Array.Empty<string>(),
            .. types.HasFlag(KeyTypes.Mapping) ? ["a mapping"] : Array.Empty<string>(),
        ];
        return string.Join(" or ", names);
    }

    public static string NameOf(YamlNode node) => node switch
    {
        YamlMapping => "a mapping",
        YamlSequence => "a list",
        YamlScalar { Kind: ScalarKind.Boolean } scalar => $"the truth value {Shown.Short(scalar.Text)}",
        YamlScalar { Kind: ScalarKind.Integer or ScalarKind.Float } scalar when scalar.Text != scalar.Value.Text =>
            $"the number {Shown.Short(scalar.Value.Text)} ({Shown.Short(scalar.Text)} without quotes is a number in YAML)",
        YamlScalar { Kind: ScalarKind.Integer or ScalarKind.Float } scalar => $"the number {Shown.Short(scalar.Text)}",
        YamlScalar { IsNull: true } => "nothing",
        YamlScalar => "text",
        _ => "something else",
    };

    private static string Remedy(Place at, StackKey key) => at.Node switch
    {
        YamlScalar { Kind: ScalarKind.Text, Plain: false } quoted when KeyReader.TypeFits(YamlScalar.Resolved(quoted.Span, quoted.Text), key.Types) =>
            $"Remove the quotes: {key.Name}: {Shown.Short(quoted.Text)}.",
        YamlScalar { Kind: not ScalarKind.Text } scalar when key.Types.HasFlag(KeyTypes.Text) =>
            $"Put it into quotes: {key.Name}: \"{Shown.Short(scalar.Text)}\".",
        YamlScalar scalar when key.Types == KeyTypes.List => $"Write it as a list: {key.Name}: [\"{Shown.Short(scalar.Text)}\"].",
        YamlSequence when key.Name is "command" or "entrypoint" => $"Write it as one line of text: {key.Name}: {key.Example}.",
        _ when key.Example is { } example => $"Write it like this: {key.Name}: {example}.",
        _ => "",
    };
}
