using System.Collections.Immutable;
using Kontena.Core.Nodes;
using Kontena.Core.Services;

namespace Kontena.Core.Scheduling;

/// <summary>What instances are spread over before nodes: the zone, or the value of a label.</summary>
/// <param name="Text"><c>az</c> or <c>label:NAME</c>, as in <c>deploy.spread_by</c>.</param>
public readonly record struct SpreadKey(string Text)
{
    private const string LabelPrefix = "label:";

    private static readonly ImmutableArray<SpreadKey> Zones = [new("az")];

    /// <summary>In the order in which they are compared.</summary>
    public static ImmutableArray<SpreadKey> Of(ServiceSpec spec) =>
        spec.Deploy.SpreadBy.IsDefaultOrEmpty ? Zones : [.. spec.Deploy.SpreadBy.Select(text => new SpreadKey(text))];

    public string Word => Text.StartsWith(LabelPrefix, StringComparison.Ordinal) ? Text[LabelPrefix.Length..] : "zone";

    /// <summary>The value of the node's label; <c>default</c> without one.</summary>
    public string ValueOf(NodeSnapshot node)
    {
        if (!Text.StartsWith(LabelPrefix, StringComparison.Ordinal))
        {
            return node.Zone;
        }
        var label = Text[LabelPrefix.Length..] + "=";
        return node.Labels.FirstOrDefault(l => l.StartsWith(label, StringComparison.Ordinal))?[label.Length..] ?? "default";
    }
}
