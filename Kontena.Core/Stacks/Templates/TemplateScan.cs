using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Templates;

/// <summary>
/// Looks at the tags of a template before the engine does, which is recursive and gives up the whole process when a file is
/// nested deeply enough.
/// </summary>
/// <param name="HasTags">Whether there is anything to render.</param>
/// <param name="Assigned">Names that the template itself gives values to.</param>
/// <param name="TrimsBlanks">Whether some tag removes the blanks around it, so that lines cannot be followed.</param>
internal sealed partial record TemplateScan(bool HasTags, ImmutableHashSet<string> Assigned, bool TrimsBlanks)
{
    private const int LongestTag = 500;
    private const int MostTags = 2_000;
    private const int Deepest = 32;

    private static readonly string[] Blocks = ["if", "unless", "case", "for", "capture", "ifchanged", "comment", "raw"];

    /// <returns>Null after a finding.</returns>
    public static TemplateScan? Of(RawDocument document, Findings findings)
    {
        var text = document.Text;
        var assigned = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        var (tags, depth, trims) = (0, 0, false);
        for (var at = Next(text, 0); at >= 0; at = Next(text, at))
        {
            var isOutput = text[at + 1] == '{';
            var end = text.IndexOf(isOutput ? "}}" : "%}", at + 2, StringComparison.Ordinal);
            var inside = end < 0 ? "" : text[(at + 2)..end];
            var words = Words().Matches(inside.Length > LongestTag ? "" : inside).Select(m => m.Value).ToArray();
            if (end < 0 || end - at > LongestTag || ++tags > MostTags)
            {
                Report(document, at, findings, end < 0 ? "This template tag is not closed. Add the missing brackets."
                    : end - at > LongestTag ? $"This template tag is longer than {LongestTag} characters. Split it with 'assign'."
                    : $"The template has more than {MostTags} tags. Split the stack.");
                return null;
            }
            trims |= inside.StartsWith('-') || inside.EndsWith('-');
            if (!isOutput && words.Length > 0)
            {
                depth += Blocks.Contains(words[0]) ? 1 : words[0].StartsWith("end", StringComparison.Ordinal) ? -1 : 0;
                if (words.Length > 1 && words[0] is "assign" or "capture" or "for" or "increment" or "decrement")
                {
                    assigned.Add(words[1]);
                }
            }
            if (depth > Deepest)
            {
                Report(document, at, findings, $"The template is nested deeper than {Deepest} levels. Simplify it.");
                return null;
            }
            at = end + 2;
            if (!isOutput && words is ["raw", ..])
            {
                // What stands between is no tag, however much it looks like one.
                var endRaw = text.IndexOf("endraw", at, StringComparison.Ordinal);
                if (endRaw < 0)
                {
                    Report(document, end, findings, "'raw' has no 'endraw'. Add {% endraw %}.");
                    return null;
                }
                at = Math.Max(at, text.LastIndexOf("{%", endRaw, StringComparison.Ordinal));
            }
        }
        return new TemplateScan(tags > 0, assigned.ToImmutable(), trims);
    }

    private static int Next(string text, int from)
    {
        for (var at = text.IndexOf('{', Math.Min(from, text.Length)); at >= 0 && at + 1 < text.Length; at = text.IndexOf('{', at + 1))
        {
            if (text[at + 1] is '{' or '%')
            {
                return at;
            }
        }
        return -1;
    }

    private static void Report(RawDocument document, int at, Findings findings, string message)
    {
        var before = document.Text[..at].ReplaceLineEndings("\n");
        var line = before.Count(c => c == '\n') + 1;
        findings.Error("template_syntax", new SourceSpan(document.File, line, at - (document.Text[..at].LastIndexOfAny(['\n', '\r']) + 1) + 1, 2), [], message);
    }

    [GeneratedRegex("[A-Za-z_][A-Za-z0-9_-]*", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
