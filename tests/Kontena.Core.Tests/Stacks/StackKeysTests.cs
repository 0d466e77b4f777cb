using System.Collections.Immutable;
using System.Text;
using Kontena.Core.Stacks;
using Kontena.Core.Stacks.Keys;

namespace Kontena.Core.Tests.Stacks;

/// <summary>The descriptions of the keys are what people read; these tests keep them and the documentation together.</summary>
public sealed class StackKeysTests
{
    private static readonly string Page = Path.Combine(FindRoot(), "docs", "stack-file.md");

    public static TheoryData<string> Keys => new(All().Select(k => k.Path).Distinct());

    [Fact]
    public void The_documentation_lists_every_key_as_it_is_described()
    {
        var written = File.ReadAllText(Page);
        var expected = WithTables(written);
        if (Environment.GetEnvironmentVariable("KONTENA_WRITE_DOCS") == "1")
        {
            File.WriteAllText(Page, expected); // how the tables get there: run this test with the variable set
        }
        Assert.Equal(expected, written);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_key_has_a_summary_and_an_example_of_its_own_type(string path)
    {
        foreach (var (_, key) in All().Where(k => k.Path == path))
        {
            Assert.EndsWith(".", key.Summary, StringComparison.Ordinal);
            Assert.NotNull(key.Example);
            var finding = Read.Text($"stack: a\nx-a: {{ {key.Name}: {key.Example} }}\nservices: {{ a: {{ image: x }} }}\n").Findings;
            Assert.Empty(finding); // at least valid YAML
        }
    }

    [Fact]
    public void The_examples_of_all_service_keys_are_accepted()
    {
        foreach (var key in StackKeys.Service.Where(k => k.In(KeyFormats.Stack) && k.Refusal is null && k.Name is not ("only_if" or "skip_if")))
        {
            var image = key.Name == "image" ? "" : "image: x, ";
            var text = $"stack: a\nservices:\n  db: {{ image: x }}\n  redis: {{ image: x }}\n  test: {{ {image}{key.Name}: {key.Example} }}\nvolumes: {{ data: {{ external: true }} }}\n";
            var reading = Read.Text(text, ("web.env", "A=1"), ("docker-compose.yml", "services: { web: { image: y } }"));
            Assert.True(reading.Spec is not null, $"{key.Name}: {string.Join(' ', reading.Findings)}");
        }
    }

    [Theory]
    [InlineData("services/web/deploy/strategy", "strategy")]
    [InlineData("services/web/hooks/post_start/0/cmd", "cmd")]
    [InlineData("services/web/deploy/restart/mode", "mode")]
    [InlineData("variables/tag/type", "type")]
    [InlineData("volumes/data/external", "external")]
    [InlineData("expose", "expose")]
    [InlineData("services/web", null)]
    [InlineData("services/web/nonsense", null)]
    [InlineData("services/web/image/more", null)]
    [InlineData("nonsense", null)]
    public void A_key_is_explained_by_its_path(string path, string? name) => Assert.Equal(name, StackKeys.Describe(path.Split('/'))?.Name);

    [Fact]
    public void Older_files_have_older_keys()
    {
        Assert.NotNull(StackKeys.Describe(["services", "web", "net"], KeyFormats.ApplicationV1));
        Assert.Null(StackKeys.Describe(["services", "web", "net"]));
        Assert.Null(StackKeys.Describe([]));
    }

    private static string WithTables(string page)
    {
        var result = new StringBuilder();
        var inside = false;
        foreach (var line in page.Split('\n'))
        {
            inside &= line != "<!-- end -->";
            if (!inside)
            {
                result.Append(line).Append('\n');
            }
            if (line.StartsWith("<!-- keys: ", StringComparison.Ordinal))
            {
                inside = true;
                var path = line["<!-- keys: ".Length..^" -->".Length];
                result.Append('\n').Append(Table(Find(path), withFormats: path == "service")).Append('\n');
            }
        }
        result.Length--;
        return result.ToString();
    }

    private static ImmutableArray<StackKey> Find(string path)
    {
        var parts = path.Split('.');
        var keys = parts[0] switch { "file" => StackKeys.File, "service" => StackKeys.Service, "variable" => StackKeys.Variable, _ => StackKeys.Volume };
        foreach (var part in parts.Skip(1))
        {
            var key = keys.First(k => k.Name == part.TrimEnd('[', ']') && k.In(KeyFormats.Stack));
            keys = part.EndsWith(']') ? key.EntryKeys : key.Keys;
        }
        return keys;
    }

    private static string Table(ImmutableArray<StackKey> keys, bool withFormats)
    {
        var table = new StringBuilder(withFormats ? "| key | value | since | what it is |\n| --- | --- | --- | --- |\n" : "| key | value | what it is |\n| --- | --- | --- |\n");
        foreach (var key in keys)
        {
            table.Append($"| `{key.Name}`{(key.Required ? ", needed" : "")} | {ValueOf(key)} |").Append(withFormats ? $" {FormatsOf(key)} |" : "").Append($" {Summary(key)} |\n");
        }
        return table.ToString();
    }

    private static string ValueOf(StackKey key) => !key.Values.IsEmpty
        ? string.Join(", ", key.Values.Select(v => $"`{v}`"))
        : $"{TypeMessage.NameOf(key.Types)}{(key.Form is { } form ? $": {Escaped(form)}" : "")}{Range(key)}, such as `{Escaped(key.Example!)}`";

    private static string Range(StackKey key) => (key.Min, key.Max) switch
    {
        ({ } min, { } max) => FormattableString.Invariant($" from {min} to {max}"),
        ({ } min, null) when min != 0 => FormattableString.Invariant($" from {min}"),
        _ => "",
    };

    private static string Summary(StackKey key) =>
        Escaped(key.Summary) + (key.Default is { } otherwise ? $" Default: `{otherwise}`." : "") + (key.Refusal is { } refusal ? $" **Not yet:** {Escaped(refusal)}" : "");

    private static string FormatsOf(StackKey key) => string.Join(' ',
        new[] { (KeyFormats.ApplicationV1, "1"), (KeyFormats.ApplicationV2, "2"), (KeyFormats.Stack, "S") }.Where(f => key.In(f.Item1)).Select(f => f.Item2));

    private static string Escaped(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static IEnumerable<(string Path, StackKey Key)> All() =>
        new[] { ("file", StackKeys.File), ("service", StackKeys.Service), ("variable", StackKeys.Variable), ("volume", StackKeys.Volume) }
            .SelectMany(g => g.Item2.SelectMany(k => Below(g.Item1, k)));

    private static IEnumerable<(string Path, StackKey Key)> Below(string parent, StackKey key)
    {
        var path = parent + "." + key.Name;
        return key.Keys.SelectMany(k => Below(path, k)).Concat(key.EntryKeys.SelectMany(k => Below(path + "[]", k))).Prepend((path, key));
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Kontena.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests must run inside the repository.");
        }
        return folder;
    }
}
