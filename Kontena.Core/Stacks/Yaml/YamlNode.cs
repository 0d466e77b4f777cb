namespace Kontena.Core.Stacks.Yaml;

/// <summary>A node of a YAML document that knows where it stands. Immutable; aliased nodes are shared.</summary>
internal abstract class YamlNode(SourceSpan span)
{
    public SourceSpan Span { get; } = span;
}

internal enum ScalarKind
{
    Null,
    Boolean,
    Integer,
    Float,
    Text,

    /// <summary>A plain scalar that the language refuses: a date, or one that starts with a colon.</summary>
    Disallowed,
}

/// <param name="text">As written, after YAML escapes and folding.</param>
/// <param name="plain">Neither quoted nor a block scalar, so its type comes from its text.</param>
internal sealed class YamlScalar(SourceSpan span, string text, bool plain, ScalarValue value) : YamlNode(span)
{
    public string Text { get; } = text;

    public bool Plain { get; } = plain;

    public ScalarValue Value { get; } = value;

    public ScalarKind Kind => Value.Kind;

    public bool IsNull => Kind == ScalarKind.Null;

    public static YamlScalar Quoted(SourceSpan span, string text) => new(span, text, plain: false, ScalarValue.OfText(text));

    public static YamlScalar Resolved(SourceSpan span, string text) => new(span, text, plain: true, PlainScalar.Resolve(text));
}

internal sealed class YamlSequence(SourceSpan span, IReadOnlyList<YamlNode> items) : YamlNode(span)
{
    public IReadOnlyList<YamlNode> Items { get; } = items;
}

/// <summary>Keys are unique: merge keys are applied, and of equal keys the last one won.</summary>
internal sealed class YamlMapping(SourceSpan span, IReadOnlyList<YamlEntry> entries) : YamlNode(span)
{
    public IReadOnlyList<YamlEntry> Entries { get; } = entries;

    public YamlEntry? Find(string key)
    {
        foreach (var entry in Entries)
        {
            if (entry.Key.Text == key)
            {
                return entry;
            }
        }
        return null;
    }

    public YamlNode? Get(string key) => Find(key)?.Value;
}

internal sealed record YamlEntry(YamlScalar Key, YamlNode Value)
{
    public string Name => Key.Text;

    /// <summary>Where to mark a problem with the value: the value, or the key when there is nothing behind it.</summary>
    public SourceSpan ValueSpan => Value is YamlScalar { IsNull: true, Text: "" } ? Key.Span : Value.Span;
}
