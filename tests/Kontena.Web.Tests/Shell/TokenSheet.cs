using System.Globalization;
using System.Text.RegularExpressions;
using Kontena.TestKit;

namespace Kontena.Web.Tests.Shell;

/// <summary>The colours of tokens.css, read as a browser would.</summary>
internal sealed partial class TokenSheet
{
    private TokenSheet(Dictionary<string, string> values) => Values = values;

    public IReadOnlyDictionary<string, string> Values { get; }

    public static TokenSheet Light { get; } = Read(":root, .k-light {");

    public static TokenSheet Dark { get; } = Read(":root[data-theme=\"dark\"], .k-dark {");

    /// <summary>The dark block of those who follow the system.</summary>
    public static TokenSheet SystemDark { get; } = Read(":root:not([data-theme=\"light\"]) {");

    public static TokenSheet Of(string theme) => theme == "dark" ? Dark : Light;

    public string this[string token] => Values[token];

    /// <summary>Contrast of WCAG 2 between two opaque colours, such as <c>#E4EBED</c>.</summary>
    public static double Contrast(string a, string b)
    {
        var (x, y) = (Luminance(a), Luminance(b));
        return (Math.Max(x, y) + 0.05) / (Math.Min(x, y) + 0.05);
    }

    /// <summary>What a colour with alpha, such as <c>#66C6871A</c>, looks like on an opaque one.</summary>
    public static string Over(string top, string below)
    {
        var (t, b) = (Channels(top), Channels(below));
        var alpha = top.Length == 9 ? Convert.ToInt32(top[7..9], 16) / 255.0 : 1;
        return "#" + string.Concat(t.Zip(b).Select(pair =>
            ((int)Math.Round(pair.First * alpha + pair.Second * (1 - alpha))).ToString("X2", CultureInfo.InvariantCulture)));
    }

    private static double Luminance(string colour)
    {
        var linear = Channels(colour).Select(c => c / 255.0 is var s && s <= 0.04045 ? s / 12.92 : Math.Pow((s + 0.055) / 1.055, 2.4)).ToArray();
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
    }

    private static int[] Channels(string colour) => [.. new[] { 1, 3, 5 }.Select(at => Convert.ToInt32(colour.Substring(at, 2), 16))];

    private static TokenSheet Read(string selector)
    {
        var sheet = File.ReadAllText(RepositoryRoot.At("wwwroot-assets", "css", "tokens.css"));
        var start = sheet.IndexOf(selector, StringComparison.Ordinal) + selector.Length;
        var block = sheet[start..sheet.IndexOf('}', start)];
        return new(Declaration().Matches(block).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value.Trim()));
    }

    [GeneratedRegex("--k-([a-z0-9-]+):\\s*([^;]+);")]
    private static partial Regex Declaration();
}
