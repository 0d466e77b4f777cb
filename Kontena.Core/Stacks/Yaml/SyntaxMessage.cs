using YamlDotNet.Core;

namespace Kontena.Core.Stacks.Yaml;

/// <summary>Turns the parser's complaint into words for people who do not write parsers.</summary>
internal static class SyntaxMessage
{
    public static (SourceSpan At, string Message) Of(YamlException broken, string file, string[] lines)
    {
        var line = (int)Math.Clamp(broken.Start.Line, 1, Math.Max(1, lines.Length));
        var column = (int)Math.Max(1, broken.Start.Column);
        var text = lines[line - 1];
        var indentation = text.AsSpan(0, text.Length - text.AsSpan().TrimStart().Length);
        if (indentation.Contains('\t'))
        {
            var tab = indentation.IndexOf('\t') + 1;
            return (new SourceSpan(file, line, tab, 1), $"Line {line} is indented with a tab. YAML takes only spaces; use two for each level.");
        }
        column = Math.Min(column, text.Length + 1);
        return (new SourceSpan(file, line, column, Math.Max(1, text.TrimEnd().Length - column + 1)), $"This is not valid YAML: {Explain(broken.Message)}");
    }

    private static string Explain(string message) => message switch
    {
        _ when Has(message, "unexpected end of stream", "quoted scalar") =>
            "a quote is opened here and never closed. Add the missing quote.",
        _ when Has(message, "did not find expected ',' or ']'") =>
            "a list in square brackets is not closed. Add the missing ']' or ','.",
        _ when Has(message, "did not find expected ',' or '}'") =>
            "a mapping in curly brackets is not closed. Add the missing '}' or ','.",
        _ when Has(message, "mapping values are not allowed") || Has(message, "Mapping values are not allowed") =>
            "a colon stands where no key can be. Put the text into quotes, or check the indentation.",
        _ when Has(message, "could not find expected ':'") =>
            "a key has no colon. Write 'key: value', with a blank after the colon.",
        _ when Has(message, "did not find expected key") =>
            "a key is expected here. Check the indentation and the quotes of this line and the one before.",
        _ when Has(message, "did not find expected '-' indicator") =>
            "a list entry is expected here. Start it with '- ', in the column of the other entries.",
        _ when Has(message, "cannot start any token") || Has(message, "reserved") =>
            "a value cannot start with this character. Put it into quotes.",
        _ when Has(message, "anchor") || Has(message, "alias") => "an anchor or alias is malformed. Write '&name' and '*name'.",
        _ => "check quotes, brackets, colons and indentation at this place.",
    };

    private static bool Has(string message, params ReadOnlySpan<string> parts)
    {
        foreach (var part in parts)
        {
            if (!message.Contains(part, StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }
        return true;
    }
}
