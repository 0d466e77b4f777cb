using System.Text;

namespace Kontena.Core.Stacks.Variables;

/// <summary>One <c>$name</c> or <c>${name}</c> in a text.</summary>
/// <param name="At">Index of the dollar sign.</param>
/// <param name="HasOperator">It is written like <c>${name:-other}</c>, which only Compose files know.</param>
internal readonly record struct VariableReference(int At, int Length, string Name, bool HasOperator)
{
    public static IEnumerable<VariableReference> In(string text)
    {
        for (var i = text.IndexOf('$', StringComparison.Ordinal); i >= 0 && i < text.Length; i = text.IndexOf('$', i))
        {
            if (i + 1 < text.Length && text[i + 1] == '$')
            {
                while (i < text.Length && text[i] == '$')
                {
                    i++;
                }
                continue;
            }
            var braced = i + 1 < text.Length && text[i + 1] == '{';
            var start = i + (braced ? 2 : 1);
            var end = start;
            while (end < text.Length && IsNamePart(text[end]))
            {
                end++;
            }
            if (end == start)
            {
                i++;
                continue;
            }
            var hasOperator = braced && end < text.Length && text[end] is ':' or '-' or '?' or '+' && braced;
            var length = end - i + (braced && end < text.Length && text[end] == '}' ? 1 : 0);
            yield return new VariableReference(i, length, text[start..end], hasOperator);
            i += length;
        }
    }

    /// <summary>Puts values in the place of references, then halves each pair of dollar signs, also in what was put in.</summary>
    public static string Replace(string text, Func<string, string> value, SubstitutionBudget budget)
    {
        if (!text.Contains('$', StringComparison.Ordinal))
        {
            return text;
        }
        var result = new StringBuilder();
        var done = 0;
        foreach (var reference in In(text))
        {
            result.Append(text, done, reference.At - done).Append(budget.Spend(value(reference.Name)));
            done = reference.At + reference.Length;
        }
        return result.Append(text, done, text.Length - done).Replace("$$", "$").ToString();
    }

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
