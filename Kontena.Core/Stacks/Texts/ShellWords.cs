using System.Collections.Immutable;
using System.Text;

namespace Kontena.Core.Stacks;

/// <summary>Splits a command into words as a POSIX shell does, without expanding anything.</summary>
internal static class ShellWords
{
    /// <returns>The words; null when a quote is not closed.</returns>
    public static ImmutableArray<string>? Split(string text)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        var word = new StringBuilder();
        var (inWord, quote) = (false, '\0');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote == '\'' && c != '\'')
            {
                word.Append(c);
            }
            else if (quote != '\0' && c == quote)
            {
                quote = '\0';
            }
            else if (c == '\\' && i + 1 < text.Length && (quote == '\0' || text[i + 1] is '$' or '"' or '\\' or '`' or '\n'))
            {
                i++;
                _ = text[i] == '\n' ? word : word.Append(text[i]); // a line break after a backslash joins the lines
                inWord = true;
            }
            else if (quote == '\0' && c is '\'' or '"' && quote == '\0')
            {
                (quote, inWord) = (c, true);
            }
            else if (quote == '\0' && c is ' ' or '\t' or '\n' or '\r' && quote == '\0')
            {
                if (inWord)
                {
                    words.Add(word.ToString());
                    word.Clear();
                    inWord = false;
                }
            }
            else
            {
                word.Append(c);
                inWord = true;
            }
        }
        if (quote != '\0')
        {
            return null;
        }
        if (inWord)
        {
            words.Add(word.ToString());
        }
        return words.ToImmutable();
    }

    /// <summary>One line that <see cref="Split"/> turns into these words again.</summary>
    public static string Join(IEnumerable<string> words) => string.Join(' ', words.Select(Quote));

    public static string Quote(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "_@%+=:,./-".Contains(c, StringComparison.Ordinal))
            ? word
            : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
