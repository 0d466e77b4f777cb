using System.Diagnostics;
using CsCheck;
using Kontena.Core.Stacks;

namespace Kontena.Core.Tests.Stacks;

public sealed class TemplateTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static TheoryData<string, string> Bombs => new()
    {
        { "a loop to a thousand million", "# {% for i in (1..1000000000) %}x{% endfor %}" },
        { "a loop to more than an integer", "# {% for i in (1..99999999999999999999) %}x{% endfor %}" },
        { "nested loops", "# {% for i in (1..1000) %}{% for j in (1..1000) %}{% for k in (1..1000) %}{% endfor %}{% endfor %}{% endfor %}" },
        { "nested loops over a list", "# {% assign l = \"a,b,c,d,e,f,g,h,i,j\" | split: \",\" %}" + string.Concat(Enumerable.Repeat("{% for i in l %}", 12)) + string.Concat(Enumerable.Repeat("{% endfor %}", 12)) },
        { "a range in a variable", "# {% assign r = (1..100000000) %}{{ r | join: \"\" }}" },
        { "a doubled string", "# {% assign s = \"xxxxxxxxxx\" %}" + string.Concat(Enumerable.Repeat("{% assign s = s | append: s %}", 40)) },
        { "a string replaced by itself", "# {% assign s = \"xxxxxxxxxx\" %}" + string.Concat(Enumerable.Repeat("{% assign s = s | replace: \"x\", s %}", 40)) },
        { "a doubled capture", "# {% assign s = \"xxxxxxxxxx\" %}" + string.Concat(Enumerable.Repeat("{% capture s %}{{ s }}{{ s }}{% endcapture %}", 40)) },
        { "a doubled list", "# {% assign l = \"a,b\" | split: \",\" %}" + string.Concat(Enumerable.Repeat("{% assign l = l | concat: l %}", 40)) },
        { "a joined list", "# {% for i in (1..900) %}{% assign s = \"a,b,c,d\" | split: \",\" | join: \"" + new string('x', 300) + "\" %}{% assign t = t | append: s %}{% endfor %}" },
        { "4,000 nested conditions", "# " + string.Concat(Enumerable.Repeat("{% if true %}", 4_000)) + string.Concat(Enumerable.Repeat("{% endif %}", 4_000)) },
        { "30 conditions without an end", "# " + string.Concat(Enumerable.Repeat("{% if true %}", 30)) },
        { "900 brackets", "# {{ a" + new string('[', 900) + " }}" },
        { "160 brackets", "# {{ a" + string.Concat(Enumerable.Repeat("[a", 160)) + " }}" },
        { "raw text without an end", "# {% raw %}" + string.Concat(Enumerable.Repeat("{% }", 200_000)) },
        { "one tag of a megabyte", "# {{ \"" + new string('x', 900_000) + "\" }}" },
        { "a tag without an end", "# {{ a" },
        { "100,000 tags", "# " + string.Concat(Enumerable.Repeat("{{ 1 }}", 100_000)) },
        { "include", "# {% include 'x' %}" },
        { "render", "# {% render 'x' %}" },
        { "the date of today", "# {{ \"now\" | date: \"%s\" }}" },
        { "a division by zero", "# {{ 1 | divided_by: 0 }}" },
        { "an unknown filter", "# {{ \"a\" | sparkle }}" },
        { "an unknown tag", "# {% sparkle %}" },
        { "an unknown name", "# {{ sparkle }}" },
        { "a name of the runtime", "# {{ System.Environment.MachineName }}" },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void A_template_that_runs_away_is_a_finding(string what, string line)
    {
        var watch = Stopwatch.StartNew();
        var reading = Read.Text("stack: a\nservices: { web: { image: x } }\n" + line + "\n");
        Assert.True(watch.Elapsed < Patience, $"{what} took {watch.Elapsed}");
        Assert.Null(reading.Spec);
        Assert.Contains(reading.Findings, f => f.Kind is "template_syntax" or "template_undefined");
    }

    [Fact]
    public void A_mistake_in_a_rendered_line_is_marked_where_it_is_written()
    {
        var text = "stack: a\nvariables:\n  count: { type: integer, default: 2 }\nservices:\n# {% for i in (1..count) %}\n  web-{{ i }}:\n    imgae: x\n# {% endfor %}\n  last: { image: x, user: 7 }\n";
        var findings = Read.Text(text).Findings;
        Assert.All(findings.Where(f => f.Kind == "unknown_key"), f => Assert.Equal("imgae", Read.Marked(text, f)));
        Assert.Equal((9, "7"), (findings.Single(f => f.Kind == "type").Line, Read.Marked(text, findings.Single(f => f.Kind == "type"))));
    }

    [Fact]
    public void An_unknown_name_is_marked_and_the_nearest_one_named()
    {
        var text = "stack: a\nvariables: { colour: { type: string, default: red } }\nservices:\n  web: { image: \"x:{{ color }}\" }\n";
        var finding = Read.Error(text);
        Assert.Equal(("template_undefined", "color", "color"), (finding.Kind, finding.Subject, Read.Marked(text, finding)));
        Assert.Contains("Did you mean 'colour'?", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_readings_of_a_template_are_equal()
    {
        var text = "stack: a\nvariables: { l: { type: array, default: \"b,a\" } }\nservices:\n# {% for n in l %}\n  s-{{ n }}: { image: \"x:{{ forloop.index }}\" }\n# {% endfor %}\n";
        Assert.Equal(StackFile.Print(Read.Text(text).Spec!), StackFile.Print(Read.Text(text).Spec!));
        Assert.Equal(["s-b", "s-a"], Read.Text(text).Spec!.Services.Select(s => s.Name));
    }

    [Fact]
    public void Random_templates_never_throw()
    {
        string[] parts =
        [
            "{% ", " %}", "{{ ", " }}", "{%- ", " -%}", "if ", "for i in ", "(1..3)", "l", "a", " | ", "split", ": ", "\",\"", "endif", "endfor", "else", "case a", "when 1",
            "endcase", "capture x", "endcapture", "assign x = ", "raw", "endraw", "[0]", ".first", " == ", " and ", "1", "\n", " ", "|", "'", "cycle 1, 2", "comment", "endcomment", "unless a",
        ];
        Gen.Int[0, parts.Length - 1].Array[0, 40].Sample(picks =>
            Read.Text("stack: a\nvariables: { a: { type: integer, default: 1 }, l: { type: array, default: \"x,y\" } }\nservices: { w: { image: x } }\nx-t: |\n  " +
                string.Concat(picks.Select(i => parts[i])).Replace("\n", "\n  ", StringComparison.Ordinal) + "\n").Findings.Length >= 0, iter: 3_000);
    }
}
