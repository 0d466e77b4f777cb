using System.Collections.Immutable;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Variables;

/// <summary>Decides <c>only_if</c>, <c>skip_if</c> and the entries of a <c>condition</c>.</summary>
/// <param name="value">The value of a variable; null when it has none or does not exist.</param>
/// <param name="isTrue">Whether a bare name counts as true.</param>
internal sealed class Condition(Func<string, object?> value, Func<string, bool> isTrue)
{
    /// <summary>Whether everything that the condition asks for is so.</summary>
    public bool Holds(YamlNode? condition) => condition switch
    {
        YamlScalar { IsNull: false } name => isTrue(name.Value.Text),
        YamlSequence list => list.Items.All(Holds),
        YamlMapping mapping => mapping.Entries.All(Matches),
        _ => true,
    };

    /// <summary>Whether anything that the condition names is so.</summary>
    public bool Skips(YamlNode? condition) => condition switch
    {
        YamlScalar { IsNull: false } name => isTrue(name.Value.Text),
        YamlSequence list => list.Items.Any(Skips),
        YamlMapping mapping => mapping.Entries.Any(Matches),
        _ => false,
    };

    private bool Matches(YamlEntry entry)
    {
        var actual = value(entry.Name);
        return entry.Value is YamlMapping operators
            ? operators.Entries.All(o => Compare(actual, o.Name, VariableValue.Of(o.Value)))
            : VariableValue.Equals(actual, VariableValue.Of(entry.Value));
    }

    private static bool Compare(object? actual, string name, object? operand) => name switch
    {
        "lt" => Order(actual, operand) is < 0,
        "lte" => Order(actual, operand) is <= 0,
        "gt" => Order(actual, operand) is > 0,
        "gte" => Order(actual, operand) is >= 0,
        "eq" => VariableValue.Equals(actual, operand),
        "ne" => !VariableValue.Equals(actual, operand),
        "start_with" => actual is not null && VariableValue.TextOf(actual).StartsWith(VariableValue.TextOf(operand), StringComparison.Ordinal),
        "end_with" => actual is not null && VariableValue.TextOf(actual).EndsWith(VariableValue.TextOf(operand), StringComparison.Ordinal),
        "contain" => actual is ImmutableArray<object?> list
            ? list.Any(m => VariableValue.Equals(m, operand))
            : actual is not null && VariableValue.TextOf(actual).Contains(VariableValue.TextOf(operand), StringComparison.Ordinal),
        "any_of" => operand is ImmutableArray<object?> choices
            ? choices.Any(c => VariableValue.Equals(actual, c))
            : VariableValue.TextOf(operand).Split(',').Contains(VariableValue.TextOf(actual), StringComparer.Ordinal),
        _ => false,
    };

    private static int? Order(object? a, object? b) => (a, b) switch
    {
        (null, _) or (_, null) => null,
        (long or double, long or double) => System.Convert.ToDouble(a, System.Globalization.CultureInfo.InvariantCulture)
            .CompareTo(System.Convert.ToDouble(b, System.Globalization.CultureInfo.InvariantCulture)),
        (string x, string y) => string.CompareOrdinal(x, y),
        _ => null,
    };
}
