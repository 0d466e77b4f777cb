using System.Globalization;
using System.Text;

namespace Kontena.Core.Stacks.Yaml;

/// <summary>Looks at the raw text before any parser does: size, and whether it is text at all.</summary>
internal static class TextGuard
{
    /// <summary>More opening than closing brackets than any honest file has. The exact depth is counted while parsing;
    /// this keeps the scanner, which is quadratic in open brackets, from meeting thousands of them.</summary>
    private const int OpenBrackets = 1_000;

    /// <returns>Whether a parser may see the text.</returns>
    public static bool Admit(string file, string text, Findings findings)
    {
        if (text.Length > TextLimits.FileBytes || Encoding.UTF8.GetByteCount(text) > TextLimits.FileBytes)
        {
            findings.Error("too_large", SourceSpan.WholeFile(file), [],
                $"The file is larger than {TextLimits.FileBytes / 1024 / 1024} MiB and was not read. A stack file is a few kilobytes; put data elsewhere.");
            return false;
        }
        var (line, lineStart, open) = (1, 0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '\n' || (c is '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
            {
                (line, lineStart) = (line + 1, i + 1);
            }
            else if (IsForbidden(text, i, out var what))
            {
                findings.Error("not_text", new SourceSpan(file, line, i - lineStart + 1, 1), [],
                    $"{what} at line {line}, column {i - lineStart + 1}: this is not a text file in UTF-8. Save it as UTF-8 without special characters.");
                return false;
            }
            else if (c is '[' or '{' && ++open > OpenBrackets)
            {
                findings.Error("too_deep", new SourceSpan(file, line, i - lineStart + 1, 1), [],
                    $"The nesting is deeper than {TextLimits.Depth} levels at line {line}, column {i - lineStart + 1}. Simplify the structure.");
                return false;
            }
            else if (c is ']' or '}')
            {
                open--;
            }
        }
        return true;
    }

    private static bool IsForbidden(string text, int at, out string what)
    {
        var c = text[at];
        what = "";
        if ((c < ' ' && c is not ('\t' or '\n' or '\r')) || c is '\u007f' || (c is >= '\u0080' and < '\u00a0' && c != '\u0085'))
        {
            what = string.Create(CultureInfo.InvariantCulture, $"Control character U+{(int)c:X4}");
        }
        else if (c is '\ufffd' or '\ufffe' or '\uffff')
        {
            what = "Bytes that are no UTF-8";
        }
        else if (char.IsSurrogate(c) && !IsPaired(text, at))
        {
            what = "Half a character";
        }
        return what.Length > 0;
    }

    private static bool IsPaired(string text, int at) => char.IsHighSurrogate(text[at])
        ? at + 1 < text.Length && char.IsLowSurrogate(text[at + 1])
        : at > 0 && char.IsHighSurrogate(text[at - 1]);
}
