using System.Collections.Immutable;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks;

/// <summary>A file as it was parsed, before anything is substituted.</summary>
/// <param name="Place">Where in the file a place of the text is; null when the text is the file.</param>
internal sealed record RawDocument(string File, string Text, YamlMapping Root, Func<SourceSpan, SourceSpan>? Place = null)
{
    /// <summary>Without the mark at the start and the line ends.</summary>
    public ImmutableArray<string> Lines { get; } = [.. Text.TrimStart('\ufeff').ReplaceLineEndings("\n").Split('\n')];

    /// <returns>Null after a finding.</returns>
    public static RawDocument? Parse(string file, string text, Findings findings, Func<SourceSpan, SourceSpan>? place = null)
    {
        var root = YamlReader.Read(file, text, findings, place, out var empty);
        if (empty || root is YamlScalar { IsNull: true })
        {
            findings.Error("nothing_defined", SourceSpan.WholeFile(file), [], "The file is empty: the stack has no services. Start with 'stack: NAME' and 'services:'.");
            return null;
        }
        if (root is YamlMapping mapping)
        {
            return new RawDocument(file, text, mapping, place);
        }
        if (root is not null)
        {
            findings.Error("root_not_mapping", root.Span, [], "The file must be a mapping of keys, such as 'stack:' and 'services:', and not a single value or list.");
        }
        return null;
    }

    /// <summary>The format by its keys, for a reader that was not told.</summary>
    public StackFormat Format()
    {
        if (Root.Find("stack") is not null)
        {
            return StackFormat.Stack;
        }
        if (Root.Find("x-kontena") is not null || IsComposeName(File))
        {
            return StackFormat.Compose;
        }
        if (Root.Get("services") is not YamlMapping)
        {
            return StackFormat.Application;
        }
        var version = (Root.Get("version") as YamlScalar)?.Text;
        return version switch
        {
            "2" => StackFormat.Application,
            null or "3" => StackFormat.Compose,
            _ when version.StartsWith("2.", StringComparison.Ordinal) || version.StartsWith("3.", StringComparison.Ordinal) => StackFormat.Compose,
            _ => StackFormat.Application,
        };
    }

    /// <summary>Whether Compose itself would pick the file up.</summary>
    public static bool IsComposeName(string file)
    {
        var name = FileName.Base(file);
        return (name.StartsWith("docker-compose", StringComparison.Ordinal) || name.StartsWith("compose.", StringComparison.Ordinal)) &&
            (name.EndsWith(".yml", StringComparison.Ordinal) || name.EndsWith(".yaml", StringComparison.Ordinal));
    }
}
