using System.Globalization;
using System.Text;

namespace Kontena.Core.Stacks.Templates;

/// <summary>Follows lines through a template: each line that can carry one gets a mark with its number, which is read off the result.</summary>
internal static class LineMarks
{
    // Characters of private use, which no stack file has a reason to contain.
    private const char Open = '\ue0f0';
    private const char Close = '\ue0f1';

    public static bool CanMark(string text) => !text.AsSpan().ContainsAny(Open, Close);

    /// <summary>The template with a mark at the start of each line that no tag spans and no capture holds.</summary>
    public static string Mark(IReadOnlyList<string> lines)
    {
        var marked = new StringBuilder();
        var (inTag, captures) = (false, 0);
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            _ = i > 0 ? marked.Append('\n') : marked;
            _ = !inTag && captures == 0 ? marked.Append(Open).Append(i + 1).Append(Close) : marked;
            marked.Append(line);
            captures += Count(line, "capture") - Count(line, "endcapture");
            inTag = IsOpen(line, inTag);
        }
        return marked.ToString();
    }

    /// <summary>The result without marks, and for each of its lines the line of the template that it came from.</summary>
    public static (string Text, int[] Lines) Read(string rendered)
    {
        var text = new StringBuilder(rendered.Length);
        var lines = new List<int>();
        var last = 1;
        foreach (var line in rendered.Split('\n'))
        {
            var first = 0;
            var rest = line.AsSpan();
            for (var open = rest.IndexOf(Open); open >= 0; open = rest.IndexOf(Open))
            {
                text.Append(rest[..open]);
                var close = rest.IndexOf(Close);
                if (close > open && int.TryParse(rest[(open + 1)..close], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                {
                    last = number;
                    first = first == 0 ? number : first;
                }
                rest = rest[(Math.Max(close, open) + 1)..];
            }
            text.Append(rest).Append('\n');
            lines.Add(first == 0 ? last : first);
        }
        text.Length--;
        return (text.ToString(), [.. lines]);
    }

    private static int Count(string line, string word)
    {
        var count = 0;
        for (var at = line.IndexOf("{%", StringComparison.Ordinal); at >= 0; at = line.IndexOf("{%", at + 2, StringComparison.Ordinal))
        {
            count += line.AsSpan(at + 2).TrimStart(" -\t").StartsWith(word) ? 1 : 0;
        }
        return count;
    }

    private static bool IsOpen(string line, bool wasOpen)
    {
        var opened = Math.Max(line.LastIndexOf("{{", StringComparison.Ordinal), line.LastIndexOf("{%", StringComparison.Ordinal));
        var closed = Math.Max(line.LastIndexOf("}}", StringComparison.Ordinal), line.LastIndexOf("%}", StringComparison.Ordinal));
        return opened > closed || (opened < 0 && closed < 0 && wasOpen);
    }
}
