using System.Diagnostics;
using System.Text;
using CsCheck;
using Kontena.Core.Stacks;

namespace Kontena.Core.Tests.Stacks;

/// <summary>Whatever is uploaded: a finding, never an exception, never slow.</summary>
public sealed class HostileInputTests
{
    /// <summary>Generous for a busy machine; each of these takes milliseconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private const string Plain = """
        stack: harbour/beacon
        variables:
          tag: { type: string, default: "7" }
        services:
          web:
            image: "web:${tag}"
            ports: ["80:8080"]
            environment: { MODE: "a b", N: 3 }
            extends: { file: docker-compose.yml, service: web }
            hooks: { post_start: [{ name: a, cmd: b, instances: "*" }] }
            deploy: { strategy: ha, interval: 7d }
            health_check: { protocol: http, port: 80 }
            volumes: [&v "data:/data", /x]
            links: [db]
          db: { image: postgres, stateful: true, mem_limit: 512m }
        volumes: { data: { external: true } }
        """;

    private const string Compose = """
        version: "3"
        services:
          web: { build: ., ports: ["8080:80"], environment: [A=1, B], healthcheck: { test: "curl http://localhost/" }, depends_on: [db] }
          db: { image: "mysql:${V:-8}", volumes: ["d:/d"], deploy: { replicas: 2 } }
        volumes: { d: {} }
        """;

    public static TheoryData<string, string, string> Bombs => new()
    {
        { "100,000 brackets", new string('[', 100_000), "too_deep" },
        { "100,000 brackets and their ends", new string('[', 100_000) + new string(']', 100_000), "too_deep" },
        { "900 brackets in one line", "a: " + new string('[', 900) + new string(']', 900), "too_deep" },
        { "900 curly brackets", "a: " + string.Concat(Enumerable.Repeat("{a: ", 900)) + new string('}', 900), "too_deep" },
        { "100,000 dashes", string.Concat(Enumerable.Repeat("- ", 100_000)), "too_deep" },
        { "100,000 question marks", string.Concat(Enumerable.Repeat("? ", 100_000)), "too_deep" },
        { "5,000 nested maps", NestedMaps(1_000), "too_deep" },
        { "5 MB", "a: " + new string('x', 5_000_000), "too_large" },
        { "one byte too much", new string('#', (1024 * 1024) + 1), "too_large" },
        { "a value of 300 KiB", "a: " + new string('x', 300 * 1024), "too_large" },
        { "an alias bomb", AliasBomb(9), "too_many_nodes" },
        { "a small alias bomb", AliasBomb(5), "too_many_nodes" },
        { "a merge bomb", "a: &a {x: 1}\nb:\n" + string.Concat(Enumerable.Repeat("  - {<<: [*a, *a, *a, *a, *a, *a, *a, *a]}\n", 2_000)), "too_many_nodes" },
        { "an alias to itself", "a: &a [*a]", "yaml_disallowed" },
        { "an alias to nothing", "a: *nothing", "yaml_syntax" },
        { "20,000 entries", "services:\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"  s{i}: {{image: x}}\n")), "too_many_nodes" },
        { "500,000 references to nothing", "stack: a\nvariables: {" + string.Join(", ", Enumerable.Range(0, 400).Select(i => $"name{i}: {{type: string, value: x}}")) + "}\n# " +
            string.Concat(Enumerable.Repeat("$nam", 200_000)) + "\nservices: {a: {image: x}}", "undeclared_variable" },
        { "9,000 unknown keys", "stack: a\nservices:\n  a:\n    image: x\n" + string.Concat(Enumerable.Range(0, 4_900).Select(i => $"    deploy_strategy{i}: x\n")), "unknown_key" },
        { "4,000 unset variables", "w:\n  image: x\n  environment:\n" + string.Concat(Enumerable.Range(0, 4_000).Select(i => $"    - A=$v{i}\n")) + "  stat: 1\n", "unknown_key" },
        { "1.3 GB of environment files", "stack: a\nservices:\n" + string.Concat(Enumerable.Range(0, 1_500).Select(i => $"  s{i}: {{image: x, env_file: big.env}}\n")), "too_large" },
        { "100,000 open references", "stack: a\nservices: {a: {image: x, extends: {file: docker-compose.yml, service: w}, links: [no]}}", "invalid" },
        { "a NUL", "stack: a\nservices: {a: {image: \"x\0\"}}", "not_text" },
        { "an escaped NUL", "stack: a\nservices: {a: {image: \"x\\0\"}}", "invalid" },
        { "an executable", "\u007fELF\u0001\u0001\0\0", "not_text" },
        { "Latin-1 read as UTF-8", "stack: a\n# gr\ufffd\ufffd\nservices: {a: {image: x}}", "not_text" },
        { "half a character", "stack: a\n# \ud800", "not_text" },
        { "a tab", "stack: a\nservices:\n\tweb: {image: x}", "yaml_syntax" },
        { "an open quote", "stack: \"a", "yaml_syntax" },
        { "a stray colon", "stack: a: b", "yaml_syntax" },
        { "a tag that makes an object", "stack: !ruby/object:Gem x\nservices: {a: {image: x}}", "yaml_disallowed" },
        { "a .NET tag", "stack: !System.Diagnostics.Process x\nservices: {a: {image: x}}", "yaml_disallowed" },
        { "nothing", "", "nothing_defined" },
        { "blanks", "  \n\n ", "nothing_defined" },
        { "a remark", "# nothing\n", "nothing_defined" },
        { "a list", "- a", "root_not_mapping" },
        { "a word", "hello", "root_not_mapping" },
        { "a date", "stack: a\nservices: {a: {image: x, environment: {D: 2020-01-01}}}", "yaml_disallowed" },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void A_bomb_is_a_finding_and_takes_no_time(string what, string text, string kind)
    {
        var watch = Stopwatch.StartNew();
        var reading = Read.Text(text, ("big.env", string.Concat(Enumerable.Repeat("A=" + new string('x', 98) + "\n", 9_000))),
            ("docker-compose.yml", "services: {w: {image: x, environment: [\"A=" + string.Concat(Enumerable.Repeat("${", 100_000)) + "\"]}}"));
        Assert.True(watch.Elapsed < Patience, $"{what} took {watch.Elapsed}");
        Assert.Null(reading.Spec);
        Assert.Contains(reading.Findings, f => f.Kind == kind && f.Severity == FindingSeverity.Error);
        Assert.All(reading.Findings, f => Assert.InRange(f.Message.Length, 10, 600));
    }

    [Fact]
    public void The_depth_is_reported_at_the_bracket_that_is_too_much()
    {
        var finding = Assert.Single(Read.Text(new string('[', 900)).Findings);
        Assert.Equal(("too_deep", 1, 66), (finding.Kind, finding.Line, finding.Column)); // 64 levels below the root
    }

    [Fact]
    public void A_mark_of_UTF8_at_the_start_is_no_part_of_the_text() =>
        Assert.NotNull(Read.Text("\ufeffstack: a\nservices: {a: {image: x}}").Spec);

    [Fact]
    public void A_chain_of_a_thousand_links_is_read_and_a_circle_at_its_end_is_found()
    {
        var services = string.Concat(Enumerable.Range(0, 1_000).Select(i => $"  s{i}: {{image: x, links: [s{(i + 1) % 1_000}]}}\n"));
        var finding = Assert.Single(Read.Text("stack: a\nservices:\n" + services).Findings);
        Assert.Equal("circular_link", finding.Kind);
    }

    [Fact]
    public void A_chain_of_a_thousand_extends_is_refused_and_not_followed()
    {
        var services = string.Concat(Enumerable.Range(0, 1_000).Select(i => $"  s{i}: {{image: x, extends: s{i + 1}}}\n"));
        Assert.Null(Read.Text("stack: a\nservices:\n" + services + "  s1000: {image: x}\n").Spec);
    }

    [Fact]
    public void A_chain_of_variables_is_refused_and_not_followed()
    {
        var variables = string.Concat(Enumerable.Range(0, 400).Select(i => $"  v{i}: {{type: string, from: {{variable: v{i + 1}}}}}\n"));
        Assert.Null(Read.Text("stack: a\nvariables:\n" + variables + "  v400: {type: string, value: x}\nservices: {a: {image: x}}\n").Spec);
    }

    [Fact]
    public void Values_that_refer_to_values_do_not_grow_without_end()
    {
        var variables = "  v0: {type: string, value: " + new string('x', 1_000) + "}\n" + string.Concat(Enumerable.Range(1, 40).Select(i =>
            $"  v{i}:\n    type: string\n    from:\n      interpolate: $v{i - 1}$v{i - 1}\n"));
        Assert.Null(Read.Text("stack: a\nvariables:\n" + variables + "services: {a: {image: x}}\n").Spec);
    }

    [Fact]
    public void Random_text_never_throws() => Gen.String[Gen.Char[" \n\t:-[]{}&*!|>'\"#%@`$?,abn01~<.\\/\u00e4\ud83d\ude00"], 0, 80].Sample(
        text => Read.Text(text, ("docker-compose.yml", text)).Findings.Length >= 0, iter: 3_000);

    [Fact]
    public void Random_bytes_never_throw() => Gen.Byte.Array[0, 200].Sample(
        bytes => Read.Text(Encoding.UTF8.GetString(bytes)).Findings.Length >= 0, iter: 2_000);

    [Fact]
    public void Mutated_files_never_throw() => Mutations.Sample(m =>
    {
        var reading = Read.Text(Mutate(Plain, m), ("docker-compose.yml", Mutate(Compose, m)));
        return reading.Spec is not null || reading.Findings.Any(f => f.Severity == FindingSeverity.Error);
    }, iter: 2_000);

    [Fact]
    public void Mutated_application_and_Compose_files_never_throw() => Mutations.Sample(m =>
    {
        var application = Read.Text(Mutate("web:\n  image: a\n  extends: {file: docker-compose.yml, service: web}\n  net: host\n  log_opt: {a: b}\n", m), ("docker-compose.yml", Mutate(Compose, m)));
        var compose = Read.Named("docker-compose.yml", Mutate(Compose, m));
        return application.Findings.Length >= 0 && compose.Findings.Length >= 0;
    }, iter: 2_000);

    [Fact]
    public void Every_finding_points_into_its_file() => Mutations.Sample(m =>
    {
        var text = Mutate(Plain, m);
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        return Read.Text(text).Findings.Where(f => f.File == "kontena.yml" && f.Line > 0)
            .All(f => f.Line <= lines.Length && f.Column >= 1 && f.Column <= lines[f.Line - 1].Length + 1 && f.Length >= 1);
    }, iter: 2_000);

    private static readonly string[] Insertions =
    [
        "", "\n", "  ", ":", "- ", "[", "]", "{", "}", "\"", "'", "&a ", "*v", "<<: ", "null", "yes", "1", "$", "${", "}", "%", "#", "\t", "|", "!x ",
        "---\n", "? ", "web", "extends: web",
    ];

    private static Gen<(double At, string Text)[]> Mutations { get; } =
        Gen.Select(Gen.Double[0, 1], Gen.Int[0, Insertions.Length - 1].Select(i => Insertions[i])).Array[1, 6];

    private static string Mutate(string text, (double At, string Text)[] mutations)
    {
        foreach (var (at, inserted) in mutations)
        {
            var index = (int)(at * text.Length);
            text = inserted.Length == 0 ? text.Remove(index, Math.Min(7, text.Length - index)) : text.Insert(index, inserted);
        }
        return text;
    }

    private static string NestedMaps(int levels) => string.Concat(Enumerable.Range(0, levels).Select(i => new string(' ', i) + "a:\n"));

    private static string AliasBomb(int levels)
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i <= levels; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9))}]\n");
        }
        return text.ToString();
    }
}
