using System.Collections.Immutable;
using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Compose;

/// <summary>Reads values the way Compose does: numbers and truth values may also be written as text.</summary>
internal static class ComposePlace
{
    public static void NotCarriedOver(this Place at, SourceSpan span, string message = "Kontena has nothing like it, so it is left out.") =>
        at.Findings.Warning("unsupported_key", span, at.Path, $"'{Shown.Short(at.Key)}' of the Compose file is not carried over. {message}");

    public static void ValueNotCarriedOver(this Place at, string message) => at.Warning("unsupported_value", message);

    /// <summary>The entries of a mapping; with a finding, none, when it is something else.</summary>
    public static IEnumerable<(YamlEntry Entry, Place Place)> Entries(this Place at)
    {
        if (at.Node is YamlMapping mapping)
        {
            return mapping.Entries.Select(e => (e, at.Of(e)));
        }
        if (!at.IsNull)
        {
            at.Error("type", $"'{Shown.Short(at.Key)}' is a mapping, and this is {TypeMessage.NameOf(at.Node)}.");
        }
        return [];
    }

    /// <summary>The entries of a list; a single value counts as a list of one.</summary>
    public static IEnumerable<Place> ItemsOrOne(this Place at) => at.Node switch
    {
        YamlSequence => at.Items(),
        YamlScalar { IsNull: false } => [at],
        YamlScalar => [],
        _ => WrongType(at),
    };

    public static ImmutableArray<string> Words(this Place at)
    {
        var words = ImmutableArray.CreateBuilder<string>();
        foreach (var item in at.ItemsOrOne())
        {
            if (item.Scalar is { IsNull: false })
            {
                words.Add(item.Text);
            }
            else
            {
                item.Error("type", $"The entries of '{Shown.Short(at.Key)}' are text, and this is {TypeMessage.NameOf(item.Node)}.");
            }
        }
        return words.ToImmutable();
    }

    /// <summary>The same place with its text typed as if it had no quotes, which Compose allows for numbers.</summary>
    public static Place Typed(this Place at) =>
        at.Scalar is { Plain: false } scalar && YamlScalar.Resolved(scalar.Span, scalar.Text) is { Kind: not (ScalarKind.Text or ScalarKind.Disallowed) } typed
            ? at with { Node = typed } : at;

    private static IEnumerable<Place> WrongType(Place at)
    {
        at.Error("type", $"'{Shown.Short(at.Key)}' is a list, and this is {TypeMessage.NameOf(at.Node)}.");
        return [];
    }
}
