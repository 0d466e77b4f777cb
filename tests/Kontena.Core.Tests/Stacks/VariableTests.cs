using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using Kontena.Core.Stacks;
using Kontena.Core.Stacks.Variables;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Tests.Stacks;

public sealed class VariableTests
{
    [Theory]
    [InlineData("(7 / 2) + 1", "4")]
    [InlineData("-7 / 2", "-4")]
    [InlineData("7 / 2.0", "3.5")]
    [InlineData("2.5 + 2.5", "5.0")]
    [InlineData("2 * (3 + 4) - -1", "15")]
    [InlineData("1 / 0", null)]
    [InlineData("1.0 / 0", null)]
    [InlineData("9**9**9**9", null)]
    [InlineData("9223372036854775807 + 1", null)]
    [InlineData("(((1)))", "1")]
    [InlineData("((1)", null)]
    [InlineData("1 +", null)]
    [InlineData("", null)]
    [InlineData("system(1)", null)]
    [InlineData("1.2.3", null)]
    public void Only_arithmetic_is_calculated(string text, string? result) =>
        Assert.Equal(result, Arithmetic.Evaluate(text) is { } value ? VariableValue.TextOf(value) : null);

    [Fact]
    public void Deep_brackets_and_long_numbers_are_no_expressions()
    {
        Assert.Null(Arithmetic.Evaluate(new string('(', 150)));
        Assert.Null(Arithmetic.Evaluate(new string('-', 150) + "1"));
        Assert.Null(Arithmetic.Evaluate(new string('9', 1_000_000)));
    }

    [Fact]
    public void Calculating_never_throws() =>
        Gen.String[Gen.Char["0123456789.+-*/() "], 0, 40].Sample(text => Arithmetic.Evaluate(text) is null or long or double, iter: 5_000);

    [Theory]
    [InlineData("random_string: 1000000000")]
    [InlineData("random_string: -1")]
    [InlineData("random_string: { length: 5, charset: base64 }")]
    [InlineData("random_number: { min: 5, max: 4 }")]
    [InlineData("random_number: { min: 5 }")]
    [InlineData("variable: ghost")]
    [InlineData("condition: { if: x }")]
    [InlineData("condition: [{ if: x }]")]
    public void A_source_that_cannot_work_fails_at_its_place(string source)
    {
        var text = $"stack: a\nvariables:\n  v:\n    type: string\n    from: {{ {source} }}\n    required: false\nservices: {{ a: {{ image: x }} }}\n";
        var finding = Read.Error(text);
        Assert.Equal(("resolver_failed", 5), (finding.Kind, finding.Line));
    }

    [Fact]
    public void A_circle_of_variables_is_written_out() => Assert.Contains("a → b → a", Read.Text(
        "stack: x\nvariables:\n  a: { type: string, from: { variable: b } }\n  b: { type: string, from: { variable: a } }\nservices: { s: { image: x } }\n").Findings[0].Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("type: strnig", "Did you mean 'string'?")]
    [InlineData("type: string, from: promt", "Did you mean 'prompt'?")]
    [InlineData("type: enum", "has no options")]
    [InlineData("type: enum, options: [a, a]", "twice")]
    public void A_definition_that_cannot_work_is_explained(string definition, string part) => Assert.Contains(
        Read.Text($"stack: a\nvariables: {{ v: {{ {definition} }} }}\nservices: {{ s: {{ image: x }} }}\n").Findings,
        f => f.Message.Contains(part, StringComparison.Ordinal));

    [Fact]
    public void Random_values_need_random_bytes_and_otherwise_a_value()
    {
        var text = "stack: a\nvariables: { pw: { type: string, from: { random_string: 16 } } }\nservices: { s: { image: x, environment: [\"P=${pw}\"] } }\n";
        Assert.Contains("a random one", Read.Error(text).Message, StringComparison.Ordinal);
        var source = new StackSource { Main = "k.yml", Grid = "g", Files = ImmutableDictionary<string, string>.Empty.Add("k.yml", text) };
        Assert.Equal(16, StackReader.Read(source with { Random = length => new byte[length] }).Spec!.Variables["pw"]!.Length);
        Assert.Equal("kept", StackReader.Read(source with { Values = source.Values.Add("pw", "kept") }).Spec!.Variables["pw"]);
    }

    [Fact]
    public void What_a_value_is_put_into_keeps_its_keys() => Gen.String[Gen.Char["ab \n\t:-[]{}&*!|>'\"#%@`$?,0"], 0, 12].Sample(value =>
    {
        var text = "stack: a\nvariables: { v: { type: string, required: false } }\nservices:\n  s: { image: x, environment: { A: $v, B: \"[$v]\", C: '$v', D: x $v y } }\n";
        var reading = StackReader.Read(new StackSource
        {
            Main = "k.yml", Grid = "g", Files = ImmutableDictionary<string, string>.Empty.Add("k.yml", text), Values = ImmutableDictionary<string, string>.Empty.Add("v", value),
        });
        return reading.Spec is null || reading.Spec.Services.Single() is var service && service.Environment.Select(e => e.Name).SequenceEqual(["A", "B", "C", "D"]);
    }, iter: 3_000);

    [Theory]
    [InlineData("1_000", ScalarKind.Integer, "1000")]
    [InlineData("-0x1F", ScalarKind.Integer, "-31")]
    [InlineData("08", ScalarKind.Text, "08")]
    [InlineData("22:22", ScalarKind.Integer, "80520")]
    [InlineData("80:80", ScalarKind.Text, "80:80")]
    [InlineData("1:2:3", ScalarKind.Integer, "3723")]
    [InlineData("1.", ScalarKind.Float, "1.0")]
    [InlineData(".5", ScalarKind.Float, "0.5")]
    [InlineData(".", ScalarKind.Text, ".")]
    [InlineData("1e3", ScalarKind.Text, "1e3")]
    [InlineData("1.0e+3", ScalarKind.Float, "1000.0")]
    [InlineData("TRUE", ScalarKind.Boolean, "true")]
    [InlineData("oFF", ScalarKind.Boolean, "false")]
    [InlineData("y", ScalarKind.Text, "y")]
    [InlineData("2024-02-29", ScalarKind.Disallowed, "2024-02-29")]
    [InlineData("2024-02-29 10:00:00", ScalarKind.Disallowed, "2024-02-29 10:00:00")]
    [InlineData("2024-02", ScalarKind.Text, "2024-02")]
    [InlineData(":a", ScalarKind.Disallowed, ":a")]
    [InlineData(":", ScalarKind.Text, ":")]
    [InlineData("99999999999999999999", ScalarKind.Float, "99999999999999999999")]
    internal void Plain_values_have_the_types_of_the_language(string text, ScalarKind kind, string form)
    {
        var value = PlainScalar.Resolve(text);
        Assert.Equal((kind, form), (value.Kind, value.Text));
    }

    [Fact]
    public void Whole_numbers_are_read_as_they_are_written() => Gen.Long.Sample(number =>
        number == long.MinValue || PlainScalar.Resolve(number.ToString(CultureInfo.InvariantCulture)).Integer == number, iter: 1_000);
}
