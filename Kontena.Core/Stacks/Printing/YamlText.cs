using System.Globalization;
using System.Text;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Printing;

/// <summary>Writes block YAML: two blanks a level, plain scalars where they stay text, double quotes elsewhere.</summary>
internal sealed class YamlText
{
    private readonly StringBuilder _text = new();
    private int _level;

    public override string ToString() => _text.ToString();

    public YamlText Blank()
    {
        _text.Append('\n');
        return this;
    }

    public YamlText Key(string key, string? value)
    {
        if (value is not null)
        {
            Line($"{Scalar(key)}: {Scalar(value)}");
        }
        return this;
    }

    /// <summary>A value that is no text: a number or truth value.</summary>
    public YamlText Raw(string key, string? value)
    {
        if (value is not null)
        {
            Line($"{Scalar(key)}: {value}");
        }
        return this;
    }

    public YamlText Raw(string key, IFormattable? value) => Raw(key, value?.ToString(null, CultureInfo.InvariantCulture));

    public YamlText Flag(string key, bool? value) => Raw(key, value is null ? null : value.Value ? "true" : "false");

    public YamlText Block(string key, Action inside)
    {
        Line($"{Scalar(key)}:");
        _level++;
        inside();
        _level--;
        return this;
    }

    public YamlText List(string key, IReadOnlyCollection<string> items) => items.Count == 0 ? this : Block(key, () =>
    {
        foreach (var item in items)
        {
            Line("- " + Scalar(item));
        }
    });

    /// <summary>A list of small mappings, each on its line.</summary>
    public YamlText Entries(string key, IReadOnlyCollection<IReadOnlyList<(string Key, string Raw)>> items) => items.Count == 0 ? this : Block(key, () =>
    {
        foreach (var item in items)
        {
            Line("- { " + string.Join(", ", item.Select(m => $"{m.Key}: {m.Raw}")) + " }");
        }
    });

    /// <summary>Text in the form that reads back as the same text, in block and in flow context, with dollar signs escaped.</summary>
    public static string Scalar(string text)
    {
        var escaped = text.Replace("$", "$$", StringComparison.Ordinal);
        return IsPlain(escaped) ? escaped : Quoted(escaped);
    }

    private static bool IsPlain(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or '$' or '=' or ' ' or '+' or '(' or ')') &&
        !char.IsWhiteSpace(text[0]) && !char.IsWhiteSpace(text[^1]) && text[0] is not ('-' or '=' or '.') && PlainScalar.Resolve(text).Kind == ScalarKind.Text;

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                '\r' => quoted.Append("\\r"),
                '{' or '%' when quoted[^1] == '{' => quoted.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"), // no template tag
                _ when c is < ' ' or '\u007f' or (>= '\u0080' and < '\u00a0') or '\u2028' or '\u2029' or '\ufeff' or '\ufffd' or '\ufffe' or '\uffff' =>
                    quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => quoted.Append(c),
            };
        }
        return quoted.Append('"').ToString();
    }

    private void Line(string text) => _text.Append(' ', _level * 2).Append(text).Append('\n');
}
