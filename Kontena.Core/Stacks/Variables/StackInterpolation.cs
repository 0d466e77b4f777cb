using System.Collections.Immutable;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Variables;

/// <summary>Replaces <c>$name</c> and <c>${name}</c> in a stack file, and says which of them do not exist.</summary>
internal static class StackInterpolation
{
    /// <summary>The whole document. References in comments count too: they must exist.</summary>
    public static YamlNode Of(RawDocument document, VariableSet variables, ReadingContext context)
    {
        CheckText(document, variables, context.Findings);
        return Of(document.Root, name => variables.TryReference(name, out var value) ? value : null, context);
    }

    public static YamlNode Of(YamlNode node, Func<string, object?> value, ReadingContext context) =>
        new YamlRewrite(scalar => Replace(scalar, value, context), IsLeftAlone).Of(node);

    private static bool IsLeftAlone(string key) => key is "interpolate" or "evaluate";

    private static YamlNode Replace(YamlScalar scalar, Func<string, object?> value, ReadingContext context)
    {
        if (!scalar.Text.Contains('$', StringComparison.Ordinal))
        {
            return scalar;
        }
        if (scalar.Plain && Whole(scalar.Text) is { } name)
        {
            switch (value(name))
            {
                case ImmutableArray<object?> list:
                    return new YamlSequence(scalar.Span, [.. list.Select(m => Member(scalar.Span, m))]);
                case string text when text.AsSpan().ContainsAny("\"'|\n\r"):
                    return YamlScalar.Quoted(scalar.Span, text.Replace("$$", "$", StringComparison.Ordinal));
            }
        }
        var result = YamlRewrite.WithText(scalar, VariableReference.Replace(scalar.Text, n => VariableValue.Inserted(value(n)), context.Budget));
        if (result.Kind == ScalarKind.Disallowed)
        {
            context.Findings.Error("yaml_disallowed", scalar.Span, [], YamlReader.DisallowedMessage(result.Text));
        }
        return result;
    }

    /// <summary>The name when the text is one reference and nothing else.</summary>
    private static string? Whole(string text)
    {
        foreach (var reference in VariableReference.In(text))
        {
            return reference is { At: 0, HasOperator: false } && reference.Length == text.Length ? reference.Name : null;
        }
        return null;
    }

    private static YamlScalar Member(SourceSpan span, object? member) =>
        member is string text ? YamlScalar.Quoted(span, text) : YamlScalar.Resolved(span, VariableValue.TextOf(member));

    private static void CheckText(RawDocument document, VariableSet variables, Findings findings)
    {
        var number = 0;
        foreach (var line in document.Lines)
        {
            number++;
            var start = line.AsSpan().TrimStart();
            if (start.StartsWith("interpolate:") || start.StartsWith("evaluate:"))
            {
                continue;
            }
            foreach (var reference in VariableReference.In(line).TakeWhile(_ => !findings.IsFull))
            {
                var at = new SourceSpan(document.File, number, reference.At + 1, reference.Length);
                Check(reference, document.Place?.Invoke(at) ?? at, variables, findings);
            }
        }
    }

    private static void Check(VariableReference reference, SourceSpan at, VariableSet variables, Findings findings)
    {
        if (reference.HasOperator)
        {
            findings.Error("interpolation_syntax", at, [],
                $"'${{{Shown.Short(reference.Name)}' goes on with an operator, which only Compose files have. Give the variable a default below 'variables', and write ${{{Shown.Short(reference.Name)}}}.", reference.Name);
        }
        else if (!variables.TryReference(reference.Name, out _))
        {
            findings.Error("undeclared_variable", at, [],
                $"There is no variable '{Shown.Short(reference.Name)}'.{NearestName.DidYouMean(reference.Name, variables.Names)} Declare it below 'variables', or write $$ for a dollar sign.", reference.Name);
        }
    }
}
