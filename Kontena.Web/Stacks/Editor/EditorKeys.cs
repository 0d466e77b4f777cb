using System.Collections.Immutable;
using Kontena.Core.Stacks;
using Kontena.Core.Stacks.Keys;

namespace Kontena.Web.Stacks.Editor;

/// <summary>What the editor knows of one key, in the shape that the browser reads.</summary>
/// <param name="Formats">The formats that have it: 1 the 2015 application file, 2 the one with version 2, 4 the stack file.</param>
/// <param name="Nested">Its value stands on the lines below it.</param>
/// <param name="Refusal">Why it cannot be used here; such a key is explained and not offered.</param>
internal sealed record EditorKey(
    string Name, string Summary, string? Form, string? Default, string? Example, IReadOnlyList<string> Values, string? Refusal, bool Nested, int Formats,
    IReadOnlyList<EditorKey> Keys, IReadOnlyList<EditorKey> Entries)
{
    private const KeyTypes Scalars = KeyTypes.Text | KeyTypes.Integer | KeyTypes.Boolean | KeyTypes.Number;

    public static IReadOnlyList<EditorKey> Of(ImmutableArray<StackKey> keys) => [.. keys.Select(k => new EditorKey(
        k.Name, k.Summary, k.Form, k.Default, k.Example, k.Values, k.Refusal, Nested: (k.Types & Scalars) == 0, (int)k.Formats, Of(k.Keys), Of(k.EntryKeys)))];
}

/// <summary>The keys of a stack file by the mapping in which they stand.</summary>
internal sealed record EditorKeys(
    IReadOnlyList<EditorKey> File, IReadOnlyList<EditorKey> Service, IReadOnlyList<EditorKey> Variable, IReadOnlyList<EditorKey> Volume)
{
    public static EditorKeys Known { get; } = new(
        EditorKey.Of(StackKeys.File), EditorKey.Of(StackKeys.Service), EditorKey.Of(StackKeys.Variable), EditorKey.Of(StackKeys.Volume));
}
