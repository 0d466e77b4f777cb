using System.Globalization;

namespace Kontena.Core.Stacks.Variables;

/// <summary><c>+ - * / ( )</c> on whole numbers and fractions: what <c>evaluate</c> can do, and no more.</summary>
internal ref struct Arithmetic
{
    private const int Longest = 200;
    private const int Deepest = 32;

    private readonly ReadOnlySpan<char> _text;
    private int _at;
    private int _depth;

    private Arithmetic(ReadOnlySpan<char> text) => _text = text;

    /// <returns>A <see cref="long"/> or <see cref="double"/>; null when the text is no such expression, or the result no such number.</returns>
    public static object? Evaluate(string text)
    {
        var compact = string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
        if (compact.Length is 0 or > Longest)
        {
            return null;
        }
        var arithmetic = new Arithmetic(compact);
        return arithmetic.Sum() is { } value && arithmetic._at == compact.Length ? value : null;
    }

    private object? Sum()
    {
        var value = Product();
        while (value is not null && _at < _text.Length && _text[_at] is '+' or '-')
        {
            var op = _text[_at++];
            value = Apply(op, value!, Product());
        }
        return value;
    }

    private object? Product()
    {
        var value = Factor();
        while (value is not null && _at < _text.Length && _text[_at] is '*' or '/')
        {
            var op = _text[_at++];
            value = Apply(op, value!, Factor());
        }
        return value;
    }

    private object? Factor()
    {
        if (_at >= _text.Length || ++_depth > Deepest)
        {
            return null;
        }
        object? value;
        if (_text[_at] is '-' or '+')
        {
            var negative = _text[_at++] == '-';
            value = Factor() switch
            {
                long number => negative ? -number : number,
                double number => negative ? -number : number,
                _ => null,
            };
        }
        else if (_text[_at] == '(')
        {
            _at++;
            value = Sum();
            value = _at < _text.Length && _text[_at++] == ')' ? value : null;
        }
        else
        {
            value = Number();
        }
        _depth--;
        return value;
    }

    private object? Number()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] == '.'))
        {
            _at++;
        }
        var digits = _text[start.._at];
        return digits.Contains('.')
            ? double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var fraction) ? fraction : null
            : long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? whole : null;
    }

    private static object? Apply(char op, object left, object? right)
    {
        if (left is long a && right is long b)
        {
            return Whole(op, a, b);
        }
        if (right is null)
        {
            return null;
        }
        var (x, y) = (System.Convert.ToDouble(left, CultureInfo.InvariantCulture), System.Convert.ToDouble(right, CultureInfo.InvariantCulture));
        var result = op switch { '+' => x + y, '-' => x - y, '*' => x * y, _ => x / y };
        return double.IsFinite(result) ? result : null;
    }

    private static long? Whole(char op, long a, long b)
    {
        var result = op switch
        {
            '+' => (Int128)a + b,
            '-' => (Int128)a - b,
            '*' => (Int128)a * b,
            _ when b == 0 => Int128.MaxValue,
            _ => ((Int128)a / b) - ((Int128)a % b != 0 && (a < 0) != (b < 0) ? 1 : 0), // toward minus infinity
        };
        return result >= long.MinValue && result <= long.MaxValue ? (long)result : null;
    }
}
