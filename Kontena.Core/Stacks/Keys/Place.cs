using System.Collections.Immutable;
using System.Globalization;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Keys;

/// <summary>A node under examination: where it is, and where to say what is wrong with it.</summary>
/// <param name="Span">What to mark: the node, or its key when the node is nothing.</param>
internal readonly record struct Place(YamlNode Node, SourceSpan Span, ImmutableArray<string> Path, Findings Findings)
{
    public bool IsNull => Node is YamlScalar { IsNull: true };

    public YamlScalar? Scalar => Node as YamlScalar;

    /// <summary>The text form of a scalar; empty for anything else.</summary>
    public string Text => Scalar?.Value.Text ?? "";

    /// <summary>The last part of the path.</summary>
    public string Key => Path.IsEmpty ? "" : Path[^1];

    public Place Of(YamlEntry entry) => new(entry.Value, entry.ValueSpan, Path.Add(entry.Name), Findings);

    public Place Of(YamlNode item, int index) => new(item, item.Span, Path.Add(index.ToString(CultureInfo.InvariantCulture)), Findings);

    public IEnumerable<Place> Items()
    {
        var place = this;
        return ((YamlSequence)Node).Items.Select((item, index) => place.Of(item, index));
    }

    public void Error(string kind, string message) => Findings.Error(kind, Span, Path, message);

    public void Warning(string kind, string message) => Findings.Warning(kind, Span, Path, message);
}
