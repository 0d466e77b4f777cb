using System.Collections.Immutable;
using System.Globalization;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Variables;

/// <summary>Values of variables: null, <see cref="bool"/>, <see cref="long"/>, <see cref="double"/>, <see cref="string"/>, or a list of these.</summary>
internal static class VariableValue
{
    public static object? Of(YamlNode? node) => node switch
    {
        YamlScalar { Kind: ScalarKind.Boolean } scalar => scalar.Value.Boolean,
        YamlScalar { Kind: ScalarKind.Integer } scalar => scalar.Value.Integer,
        YamlScalar { Kind: ScalarKind.Float } scalar => scalar.Value.Number,
        YamlScalar { IsNull: false } scalar => scalar.Value.Text,
        YamlSequence list => list.Items.Select(Of).ToImmutableArray(),
        _ => null,
    };

    public static string TextOf(object? value) => value switch
    {
        null => "",
        string text => text,
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => TextOf(number),
        ImmutableArray<object?> list => "[" + string.Join(", ", list.Select(Quoted)) + "]",
        _ => "",
    };

    /// <summary>Equal in value and in type: <c>4</c> is not <c>"4"</c>.</summary>
    public static new bool Equals(object? a, object? b) => (a, b) switch
    {
        (ImmutableArray<object?> x, ImmutableArray<object?> y) => x.Length == y.Length && x.Zip(y).All(p => Equals(p.First, p.Second)),
        (long x, double y) => x == y,
        (double x, long y) => x == y,
        _ => object.Equals(a, b),
    };

    /// <summary>What a <c>$name</c> is replaced by inside a text: false counts as nothing.</summary>
    public static string Inserted(object? value) => value is false ? "" : TextOf(value);

    private static string TextOf(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny(".EIN") ? text : text + ".0";
    }

    private static string Quoted(object? member) => member is string text
        ? "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\""
        : member is null ? "null" : TextOf(member);
}
