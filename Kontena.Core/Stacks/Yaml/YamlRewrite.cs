namespace Kontena.Core.Stacks.Yaml;

/// <summary>Makes a new tree in which the scalars have other texts. Shared nodes stay shared, so its cost is that of the file.</summary>
/// <remarks>
/// Substituting in the tree and not in the text means that a value can never add a key or an entry, and that every node
/// keeps its place in the file.
/// </remarks>
internal sealed class YamlRewrite(Func<YamlScalar, YamlNode> replace, Func<string, bool> leaveAlone)
{
    private readonly Dictionary<YamlNode, YamlNode> _done = new(ReferenceEqualityComparer.Instance);

    public YamlNode Of(YamlNode node)
    {
        if (_done.TryGetValue(node, out var known))
        {
            return known;
        }
        var result = node switch
        {
            YamlScalar scalar => replace(scalar),
            YamlSequence sequence => new YamlSequence(sequence.Span, [.. sequence.Items.Select(Of)]),
            YamlMapping mapping => new YamlMapping(mapping.Span, [.. mapping.Entries.Select(OfEntry)]),
            _ => node,
        };
        _done[node] = result;
        return result;
    }

    /// <summary>A scalar with another text: a plain one is typed anew.</summary>
    public static YamlScalar WithText(YamlScalar scalar, string text) =>
        text == scalar.Text ? scalar : scalar.Plain ? YamlScalar.Resolved(scalar.Span, text) : YamlScalar.Quoted(scalar.Span, text);

    private YamlEntry OfEntry(YamlEntry entry) => leaveAlone(entry.Name)
        ? entry
        : new YamlEntry(replace(entry.Key) as YamlScalar ?? entry.Key, Of(entry.Value));
}
