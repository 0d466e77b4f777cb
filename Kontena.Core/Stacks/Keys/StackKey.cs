using System.Collections.Immutable;

namespace Kontena.Core.Stacks.Keys;

/// <summary>The YAML types that a key takes.</summary>
[Flags]
public enum KeyTypes
{
    None = 0,
    Text = 1,
    Integer = 2,
    Boolean = 4,

    /// <summary>With or without a fraction.</summary>
    Number = 8,
    List = 16,
    Mapping = 32,
    Any = Text | Integer | Boolean | Number | List | Mapping,
}

/// <summary>The formats of <c>kontena.yml</c> in which a key exists.</summary>
[Flags]
public enum KeyFormats
{
    None = 0,

    /// <summary>The 2015 application file: services at the top level.</summary>
    ApplicationV1 = 1,

    /// <summary>The application file with <c>version: 2</c>.</summary>
    ApplicationV2 = 2,

    /// <summary>The file with the key <c>stack</c>.</summary>
    Stack = 4,
    All = ApplicationV1 | ApplicationV2 | Stack,
}

/// <summary>One key of the stack file: what the reader checks, what the editor offers and explains, what the documentation says.</summary>
public sealed record StackKey
{
    public required string Name { get; init; }

    public required KeyTypes Types { get; init; }

    /// <summary>What it is for: one or two sentences.</summary>
    public required string Summary { get; init; }

    /// <summary>The only values allowed; empty: any.</summary>
    public ImmutableArray<string> Values { get; init; } = [];

    /// <summary>What counts when the key is absent; null: nothing.</summary>
    public string? Default { get; init; }

    /// <summary>A typical value, as one would write it behind the colon.</summary>
    public string? Example { get; init; }

    /// <summary>How a text value is written, in words; null when anything goes.</summary>
    public string? Form { get; init; }

    public bool Required { get; init; }

    public decimal? Min { get; init; }

    public decimal? Max { get; init; }

    public KeyFormats Formats { get; init; } = KeyFormats.All;

    /// <summary>The keys of the mapping; empty: not a mapping, or one with free keys.</summary>
    public ImmutableArray<StackKey> Keys { get; init; } = [];

    /// <summary>The keys of each entry, when the entries of the list are mappings.</summary>
    public ImmutableArray<StackKey> EntryKeys { get; init; } = [];

    /// <summary>What the master does not do yet, and the remedy; null for a key that works.</summary>
    public string? Refusal { get; init; }

    /// <summary>Turns a value of the right type into its normalised form, or records what is wrong with it and answers null.</summary>
    internal Func<Place, KeyValues, object?>? Convert { get; init; }

    internal bool In(KeyFormats format) => (Formats & format) != 0;
}
