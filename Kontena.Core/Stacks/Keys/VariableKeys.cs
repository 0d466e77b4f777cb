using System.Collections.Immutable;

namespace Kontena.Core.Stacks.Keys;

/// <summary>The keys of a variable. They are described here; what they mean depends on the type, so it is read elsewhere.</summary>
internal static class VariableKeys
{
    private const KeyTypes Names = KeyTypes.Text | KeyTypes.List | KeyTypes.Mapping;

    public static ImmutableArray<StackKey> All { get; } =
    [
        Key("type", KeyTypes.Text, "string", "What kind of value it is.") with { Required = true, Values = ["string", "integer", "boolean", "enum", "uri", "array"] },
        Key("value", KeyTypes.Any, "7", "The fixed value."),
        Key("default", KeyTypes.Any, "7", "The value when no other source has one."),
        Key("from", Names, "prompt", "Where the value comes from, tried in order. The environment and the files of the master are never read."),
        Key("to", Names, "{ env: NAME }", "A further name under which the file can refer to it."),
        Key("only_if", Names, "with_cache", "It has a value only if these variables are true, or have these values."),
        Key("skip_if", Names, "single_node", "It has no value if one of these variables is true, or has this value."),
        Key("required", KeyTypes.Boolean, "false", "Whether it must have a value.") with { Default = "true" },
        Key("label", KeyTypes.Text, "Image tag", "What a form calls it."),
        Key("description", KeyTypes.Text, "Which version to run", "What a form says about it."),
        Key("in", KeyTypes.List, "[small, large]", "The only values allowed."),
        Key("options", KeyTypes.List | KeyTypes.Mapping, "[small, large]", "enum: the values to choose from."),
        Key("can_be_other", KeyTypes.Boolean, "true", "enum: whether other values are allowed too."),
        Key("min", KeyTypes.Integer, "1", "integer: the smallest value.") with { Default = "0" },
        Key("max", KeyTypes.Integer, "10", "integer: the largest value."),
        Key("nil_is_zero", KeyTypes.Boolean, "true", "integer: nothing counts as 0."),
        Key("min_length", KeyTypes.Integer, "8", "string: the fewest characters."),
        Key("max_length", KeyTypes.Integer, "64", "string: the most characters."),
        Key("empty_is_nil", KeyTypes.Boolean, "false", "string, array: whether an empty value counts as none."),
        Key("strip", KeyTypes.Boolean, "true", "string: blanks at both ends are removed."),
        Key("chomp", KeyTypes.Boolean, "true", "string: one line break at the end is removed."),
        Key("upcase", KeyTypes.Boolean, "true", "string: in capital letters."),
        Key("downcase", KeyTypes.Boolean, "true", "string: in small letters."),
        Key("capitalize", KeyTypes.Boolean, "true", "string: the first letter in capitals, the rest in small ones."),
        Key("encode_64", KeyTypes.Boolean, "true", "string: encoded as base64."),
        Key("decode_64", KeyTypes.Boolean, "true", "string: decoded from base64."),
        Key("hexdigest", KeyTypes.Text, "sha256", "string: replaced by its digest.") with { Values = ["md5", "sha1", "sha256", "sha384", "sha512"] },
        Key("echo", KeyTypes.Boolean, "false", "string: whether a form shows what is typed.") with { Default = "true" },
        Key("as", KeyTypes.Text, "integer", "boolean: what it is replaced by.") with { Default = "boolean" },
        Key("truthy", KeyTypes.List, "[ja]", "boolean: the words that count as true."),
        Key("nil_is", KeyTypes.Boolean, "true", "boolean: what no value counts as.") with { Default = "false" },
        Key("blank_is", KeyTypes.Boolean, "true", "boolean: what an empty text counts as.") with { Default = "false" },
        Key("schemes", KeyTypes.List, "[https]", "uri: how the address may start; an empty list allows everything.") with { Default = "[http, https]" },
        Key("split", KeyTypes.Text, "\";\"", "array: what separates the members of a text.") with { Default = "\",\"" },
        Key("join", KeyTypes.Text, "\" \"", "array: the value is one text, its members joined with this."),
        Key("count", KeyTypes.Boolean, "true", "array: the value is the number of members."),
        Key("sort", KeyTypes.Boolean, "true", "array: sorted."),
        Key("uniq", KeyTypes.Boolean, "true", "array: each member once."),
        Key("compact", KeyTypes.Boolean, "true", "array: without members that are nothing."),
    ];

    private static StackKey Key(string name, KeyTypes types, string example, string summary) => new()
    {
        Name = name, Types = types, Example = example, Summary = summary, Formats = KeyFormats.Stack,
    };
}
