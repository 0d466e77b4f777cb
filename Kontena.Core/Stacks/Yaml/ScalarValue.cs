using System.Globalization;

namespace Kontena.Core.Stacks.Yaml;

/// <summary>The typed value of a scalar: YAML 1.1 as the language reads it.</summary>
internal readonly record struct ScalarValue
{
    private ScalarValue(ScalarKind kind, long integer, double number, string text) =>
        (Kind, Integer, Number, Text) = (kind, integer, number, text);

    public ScalarKind Kind { get; }

    /// <summary>Of a boolean 0 or 1.</summary>
    public long Integer { get; }

    /// <summary>Of an integer the same number.</summary>
    public double Number { get; }

    /// <summary>The text form: decimal for integers, <c>true</c> or <c>false</c> for booleans, empty for null.</summary>
    public string Text { get; }

    public bool Boolean => Integer != 0;

    public static ScalarValue Null { get; } = new(ScalarKind.Null, 0, 0, "");

    public static ScalarValue OfText(string text) => new(ScalarKind.Text, 0, 0, text);

    public static ScalarValue OfBoolean(bool value) => new(ScalarKind.Boolean, value ? 1 : 0, 0, value ? "true" : "false");

    public static ScalarValue OfInteger(long value) =>
        new(ScalarKind.Integer, value, value, value.ToString(CultureInfo.InvariantCulture));

    public static ScalarValue OfNumber(double value, string text) => new(ScalarKind.Float, 0, value, text);

    public static ScalarValue Disallowed(string text) => new(ScalarKind.Disallowed, 0, 0, text);
}
