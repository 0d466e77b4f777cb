using CsCheck;
using Kontena.Core.Scheduling;

namespace Kontena.Core.Tests.Scheduling;

public sealed class AffinityRuleTests
{
    [Theory]
    [InlineData("node==fsn-1", AffinityKey.Node, false, false, "fsn-1")]
    [InlineData("node!=~fsn-1", AffinityKey.Node, true, true, "fsn-1")]
    [InlineData("label==az=a", AffinityKey.Label, false, false, "az=a")]
    [InlineData("service!=shop/db", AffinityKey.Service, true, false, "shop/db")]
    [InlineData("container== web", AffinityKey.Container, false, false, " web")]
    [InlineData("node==~", AffinityKey.Node, false, false, "~")]
    public void A_rule_has_a_key_an_operator_and_a_value(string text, AffinityKey key, bool negated, bool soft, string value)
    {
        var rule = AffinityRule.Parse(text).Value!;
        Assert.Equal((key, negated, soft, value), (rule.Key, rule.Negated, rule.Soft, rule.Value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("label")]
    [InlineData("label=ssd")]
    [InlineData("==ssd")]
    [InlineData("label==")]
    [InlineData("label==a==b")]
    [InlineData("Label==ssd")]
    [InlineData("node==/(/")]
    [InlineData("node==/(?=a)/")]
    [InlineData("node==/(a{900}){900}/")]
    public void Anything_else_is_refused_in_words(string text) => Assert.Equal("affinity_invalid", AffinityRule.Parse(text).Problem?.Code);

    [Fact]
    public void A_value_between_slashes_is_searched_for() => Assert.True(AffinityRule.Parse("node==/sn-[12]/").Value!.Matches("fsn-1.example"));

    [Fact]
    public void No_text_makes_it_throw() => Gen.String.Sample(text =>
    {
        var parsed = AffinityRule.Parse("node==" + text);
        _ = parsed.Ok ? parsed.Value.Matches("fsn-1").ToString() : parsed.Problem.Message;
        _ = AffinityRule.Parse(text);
    });
}
