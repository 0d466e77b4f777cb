using System.Collections.Immutable;

namespace Kontena.Core.Stacks.Keys;

/// <summary>The top level of a stack file.</summary>
internal static class TopLevelKeys
{
    public static ImmutableArray<StackKey> All { get; } =
    [
        Key("stack", KeyTypes.Text, "user/name", "The name of the stack, [user/]name. Its presence makes the file a stack file.") with { Required = true },
        Key("version", KeyTypes.Any, "1.0.0", "The version of the stack, as written.") with { Default = "0.0.1" },
        Key("description", KeyTypes.Text, "light and sound", "What the stack is."),
        Key("expose", KeyTypes.Text, "web", "The service that answers under the name of the stack."),
        Key("labels", KeyTypes.List, "[team=sea]", "Labels of the stack, as key=value."),
        Key("variables", KeyTypes.Mapping, "{ tag: { type: string, default: latest } }", "Values that the file refers to with $name or ${name}."),
        Key("services", KeyTypes.Mapping, "{ web: { image: nginx } }", "The services, by name."),
        Key("volumes", KeyTypes.Mapping, "{ data: { external: true } }", "The volumes that services mount by name; they exist in the grid beforehand."),
        Key("depends", KeyTypes.Mapping, "{ db: { stack: user/db } }", "Stacks that are installed together with this one.") with
        {
            Refusal = "This version of Kontena does not install other stacks along with one. Install them first and link to their services with STACK/SERVICE.",
        },
        Key("networks", KeyTypes.Any, "{}", "Ignored: all services share the network of their grid."),
        Key("meta", KeyTypes.Mapping, "{ tags: [light] }", "Free information about the stack."),
        Key("data", KeyTypes.Any, "{}", "Ignored: a place for anchors."),
        Key("errors", KeyTypes.Any, "{}", "Ignored."),
    ];

    private static StackKey Key(string name, KeyTypes types, string example, string summary) => new()
    {
        Name = name, Types = types, Example = example, Summary = summary, Formats = KeyFormats.Stack,
    };
}
