using System.Text;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Compose;

/// <summary>Substitutes <c>$NAME</c>, <c>${NAME:-default}</c> and their kin in the values of a Compose file.</summary>
/// <param name="lookUp">The value of a name; null when it is not set.</param>
internal sealed class ComposeInterpolation(string file, Func<string, string?> lookUp, ReadingContext context)
{
    private const int Deepest = 16;

    private readonly HashSet<string> _unset = new(StringComparer.Ordinal);

    public YamlMapping Of(YamlMapping root) => (YamlMapping)new YamlRewrite(
        s => s.Text.Contains('$', StringComparison.Ordinal) ? YamlScalar.Quoted(s.Span, Replace(s.Text, s.Span, 0)) : s, _ => false).Of(root);

    private string Replace(string text, SourceSpan at, int depth)
    {
        var result = new StringBuilder();
        var canClose = true; // once one brace is never closed, none after it is: no need to look again and again
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 == text.Length)
            {
                result.Append(text[i]);
            }
            else if (text[i + 1] == '$')
            {
                result.Append('$');
                i++;
            }
            else if (text[i + 1] == '{' && canClose && Closing(text, i + 2) is var end && (canClose = end > 0))
            {
                result.Append(context.Budget.Spend(Braced(text[(i + 2)..end], at, depth)));
                i = end;
            }
            else if (char.IsAsciiLetter(text[i + 1]) || text[i + 1] == '_')
            {
                var name = Name(text.AsSpan(i + 1));
                result.Append(context.Budget.Spend(Plain(name, at)));
                i += name.Length;
            }
            else
            {
                result.Append('$');
            }
        }
        return result.ToString();
    }

    private string Braced(string inside, SourceSpan at, int depth)
    {
        var name = Name(inside);
        var rest = inside[name.Length..];
        if (rest.Length == 0)
        {
            return Plain(name, at);
        }
        var whenEmpty = rest[0] == ':';
        var op = whenEmpty ? rest[1..Math.Min(2, rest.Length)] : rest[..1];
        var word = rest[Math.Min(rest.Length, whenEmpty ? 2 : 1)..];
        var value = lookUp(name);
        var isSet = value is not null && !(whenEmpty && value.Length == 0);
        if (name.Length == 0 || depth > Deepest || op is not ("-" or "?" or "+"))
        {
            context.Findings.Error("interpolation_syntax", at, [], $"'${{{Shown.Short(inside)}}}' is no reference. Write ${{NAME}}, ${{NAME:-default}}, ${{NAME:?message}} or ${{NAME:+other}}; $$ is a dollar sign.");
            return "";
        }
        if (op == "?" && !isSet)
        {
            context.Findings.Error("required_variable", at, [], $"'{name}' has no value{(word.Length > 0 ? $": {Shown.Short(word)}" : "")}. Enter a value for it.", name);
            return "";
        }
        return op switch
        {
            "-" when !isSet => Replace(word, at, depth + 1),
            "+" => isSet ? Replace(word, at, depth + 1) : "",
            _ => value ?? "",
        };
    }

    private string Plain(string name, SourceSpan at)
    {
        if (lookUp(name) is { } value)
        {
            return value;
        }
        if (_unset.Add(name))
        {
            context.Findings.Warning("unset_variable", at, [], $"'${name}' in {file} has no value and becomes nothing. Enter a value, or write ${{{name}:-default}}.", name);
        }
        return "";
    }

    private static string Name(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && (char.IsAsciiLetterOrDigit(text[length]) || text[length] == '_'))
        {
            length++;
        }
        return text[..length].ToString();
    }

    /// <summary>The index of the brace that closes the one before <paramref name="start"/>; -1 when none does.</summary>
    private static int Closing(string text, int start)
    {
        var open = 1;
        for (var i = start; i < text.Length; i++)
        {
            open += text[i] switch { '{' when text[i - 1] == '$' => 1, '}' => -1, _ => 0 };
            if (open == 0)
            {
                return i;
            }
        }
        return -1;
    }
}
