using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Variables;

/// <summary>Finds where in a file a variable is referred to.</summary>
internal static class References
{
    /// <summary>The first reference of that name in or after the line where the scalar starts; else the scalar.</summary>
    public static SourceSpan Locate(RawDocument document, YamlScalar scalar, string name)
    {
        var lines = document.Lines;
        for (var line = scalar.Span.Line; line <= lines.Length && line < scalar.Span.Line + 50; line++)
        {
            foreach (var reference in VariableReference.In(lines[line - 1]))
            {
                if (reference.Name == name && (line > scalar.Span.Line || reference.At + 1 >= scalar.Span.Column))
                {
                    return new SourceSpan(document.File, line, reference.At + 1, reference.Length);
                }
            }
        }
        return scalar.Span;
    }
}
