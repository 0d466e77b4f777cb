using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Kontena.Core.Stacks;

namespace Kontena.Core.Tests.Stacks;

/// <summary>One folder of <c>Cases</c>: a file to read, what surrounds the reader, and the outcome.</summary>
internal sealed record CaseFolder(string Name, JsonObject Surroundings, JsonObject Expected, StackSource Source)
{
    public static string Root { get; } = Path.Combine(AppContext.BaseDirectory, "Stacks", "Cases");

    public static CaseFolder Load(string name)
    {
        var folder = Path.Combine(Root, name);
        var surroundings = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "env.json")))!.AsObject();
        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")))!.AsObject();
        var input = Path.Combine(folder, "input");
        var files = Directory.EnumerateFiles(input, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .ToImmutableDictionary(f => Path.GetRelativePath(input, f).Replace('\\', '/'), File.ReadAllText);
        var format = (string)surroundings["format"]!;
        var values = Map(surroundings["values"]);
        foreach (var (variable, answer) in Map(surroundings["prompts"]))
        {
            values = values.SetItem(variable, answer); // what somebody would have answered is given here
        }
        var count = 0;
        return new CaseFolder(name, surroundings, expected, new StackSource
        {
            Main = (string)surroundings["file"]!,
            Files = files,
            Grid = (string?)surroundings["grid"] ?? "test-grid",
            Platform = (string?)surroundings["platform"],
            ParentName = (string?)surroundings["parent_name"],
            StackName = (string?)surroundings["stack_name"] ?? (format == "app" ? (string?)surroundings["project_name"] ?? "testapp" : null),
            Format = format switch { "stack" => StackFormat.Stack, "app" => StackFormat.Application, _ => StackFormat.Compose },
            Environment = Map(surroundings["env"]),
            Values = values,
            Defaults = Map(surroundings["defaults"]),
            Random = length => [.. Enumerable.Range(0, length).Select(_ => (byte)(count += 37))],
        });
    }

    private static ImmutableDictionary<string, string> Map(JsonNode? node) => node is JsonObject map
        ? map.ToImmutableDictionary(m => m.Key, m => TextOf(m.Value))
        : ImmutableDictionary<string, string>.Empty;

    private static string TextOf(JsonNode? value) => value is JsonArray list ? string.Join(',', list.Select(TextOf)) : value?.ToString() ?? "";
}
