using System.Globalization;
using System.Text;

namespace Kontena.Core.Stacks;

/// <summary>Values of a file inside messages: short, on one line, without control characters.</summary>
internal static class Shown
{
    private const int Longest = 80;

    public static string Short(string text)
    {
        var shown = new StringBuilder(Math.Min(text.Length, Longest) + 1);
        foreach (var c in text)
        {
            if (shown.Length >= Longest)
            {
                return shown.Append('…').ToString();
            }
            _ = c is '\n' ? shown.Append("\\n")
                : char.IsControl(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format
                    ? shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")
                    : shown.Append(c);
        }
        return shown.ToString();
    }
}
