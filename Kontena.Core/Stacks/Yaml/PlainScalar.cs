using System.Globalization;
using System.Text.RegularExpressions;

namespace Kontena.Core.Stacks.Yaml;

/// <summary>Gives a plain scalar its type by the rules of YAML 1.1, as the language has always had them.</summary>
/// <remarks>docs/stack-file.md, types of plain values.</remarks>
internal static partial class PlainScalar
{
    public static ScalarValue Resolve(string text)
    {
        if (text.Length == 0 || text == "~" || Is(text, "null"))
        {
            return ScalarValue.Null;
        }
        if (text.Length <= 5 && char.IsAsciiLetter(text[0]))
        {
            return Word(text);
        }
        return text[0] is ':' && text.Length > 1 ? ScalarValue.Disallowed(text)
            : !IsNumeric(text[0]) || text.Length > 64 ? ScalarValue.OfText(text)
            : Date().IsMatch(text) ? ScalarValue.Disallowed(text)
            : WholeNumber(text) ?? Sexagesimal(text) ?? Fraction(text) ?? ScalarValue.OfText(text);
    }

    private static bool IsNumeric(char first) => char.IsAsciiDigit(first) || first is '+' or '-' or '.';

    private static bool Is(string text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);

    private static ScalarValue Word(string text) =>
        Is(text, "true") || Is(text, "yes") || Is(text, "on") ? ScalarValue.OfBoolean(true)
        : Is(text, "false") || Is(text, "no") || Is(text, "off") ? ScalarValue.OfBoolean(false)
        : ScalarValue.OfText(text);

    private static ScalarValue? WholeNumber(string text)
    {
        var negative = text[0] == '-';
        var digits = text[0] is '+' or '-' ? text[1..] : text;
        var (numberBase, body) = digits switch
        {
            "" => (0, ""),
            "0" => (10, "0"),
            ['0', 'x', .. var rest] => (16, rest),
            ['0', 'b', .. var rest] => (2, rest),
            ['0', .. var rest] => (8, rest),
            _ => (10, digits),
        };
        var started = false;
        var value = 0m;
        foreach (var c in body)
        {
            if (c is '_' or ',' && (numberBase != 10 || started))
            {
                continue;
            }
            var digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 99;
            if (digit >= numberBase)
            {
                return null;
            }
            started = true;
            value = (value * numberBase) + digit;
            if (value > long.MaxValue)
            {
                // Too big for any key; still a number and not text.
                return ScalarValue.OfNumber(negative ? double.NegativeInfinity : double.PositiveInfinity, text);
            }
        }
        return started ? ScalarValue.OfInteger(negative ? -(long)value : (long)value) : null;
    }

    private static ScalarValue? Sexagesimal(string text)
    {
        if (BaseSixty().Match(text) is not { Success: true } match)
        {
            return null;
        }
        var value = 0L;
        foreach (var group in new[] { match.Groups[2], match.Groups[3], match.Groups[4] })
        {
            // Two groups count as hours and minutes: a quirk that files rely on being warned about.
            value = (value * 60) + (group.Success ? long.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 0);
        }
        return ScalarValue.OfInteger(match.Groups[1].ValueSpan is "-" ? -value : value);
    }

    private static ScalarValue? Fraction(string text)
    {
        if (text is ".inf" or "-.inf" or "+.inf" or ".Inf" or ".INF" or "-.Inf" or "-.INF")
        {
            return ScalarValue.OfNumber(text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity, text);
        }
        if (text is ".nan" or ".NaN" or ".NAN")
        {
            return ScalarValue.OfNumber(double.NaN, text);
        }
        if (!DecimalFraction().IsMatch(text))
        {
            return null;
        }
        var number = double.Parse(text.Replace("_", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal),
            NumberStyles.Float, CultureInfo.InvariantCulture);
        var canonical = number.ToString("R", CultureInfo.InvariantCulture);
        return ScalarValue.OfNumber(number, canonical.Contains('.', StringComparison.Ordinal) || canonical.Contains('E', StringComparison.Ordinal)
            ? canonical : canonical + ".0");
    }

    [GeneratedRegex(@"^\d{4}-\d{1,2}-\d{1,2}(?:$|(?:[Tt]|\s+)\d{1,2}:\d\d:\d\d(?:\.\d*)?(?:\s*(?:Z|[-+]\d{1,2}:?(?:\d\d)?))?$)",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Date();

    [GeneratedRegex(@"^([-+]?)(\d{1,9}):([0-5]?\d)(?::([0-5]?\d))?$", RegexOptions.CultureInvariant)]
    private static partial Regex BaseSixty();

    [GeneratedRegex(@"^[-+]?(?:\d[\d_,]*)?\.[\d_]*(?:[eE][-+]\d{1,3})?$(?<=\d.*)", RegexOptions.CultureInvariant)]
    private static partial Regex DecimalFraction();
}
