using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Templates;

/// <summary>Finds template tags: <c>{{ name }}</c> and <c>{% if … %}</c>.</summary>
internal static class TemplateTags
{
    /// <returns>Where the first one is; null when the file has none.</returns>
    public static SourceSpan? First(RawDocument document)
    {
        var line = 0;
        foreach (var text in document.Lines)
        {
            line++;
            var at = text.AsSpan().IndexOfAny("{{", "{%", StringComparison.Ordinal);
            if (at >= 0)
            {
                return new SourceSpan(document.File, line, at + 1, 2);
            }
        }
        return null;
    }

    private static int IndexOfAny(this ReadOnlySpan<char> text, string first, string second, StringComparison comparison)
    {
        var (a, b) = (text.IndexOf(first, comparison), text.IndexOf(second, comparison));
        return a < 0 ? b : b < 0 ? a : Math.Min(a, b);
    }
}
