using Kontena.Core.Grids;
using Kontena.Core.Nodes;
using Kontena.Core.Services;

namespace Kontena.Core.Tests.Services;

public sealed class NamesTests
{
    [Theory]
    [InlineData("web", true, true)]
    [InlineData("web-1", true, true)]
    [InlineData("a-", true, true)]
    [InlineData("A", true, false)]
    [InlineData("a_b", true, false)]
    [InlineData("-a", false, false)]
    [InlineData("", false, false)]
    [InlineData(" ", false, false)]
    [InlineData(".", false, false)]
    [InlineData("..", false, false)]
    [InlineData("a.b", false, false)]
    [InlineData("wéb", false, false)]
    [InlineData("a\n", false, false)]
    public void Services_and_stacks_share_a_grammar(string name, bool valid, bool recommended)
    {
        Assert.Equal((valid, recommended), (ServiceName.IsValid(name), ServiceName.IsRecommended(name)));
        Assert.Equal((valid, recommended), (StackName.IsValid(name), StackName.IsRecommended(name)));
        Assert.Equal(valid, ServiceName.Check(name) is null);
    }

    [Theory]
    [InlineData("prod-eu", true)]
    [InlineData("default", true)]
    [InlineData("ab", false)]
    [InlineData("-ab", false)]
    [InlineData("ab-", false)]
    [InlineData("Prod", false)]
    [InlineData("a.b", false)]
    public void A_grid_is_named_like_a_host_name_label(string name, bool valid) => Assert.Equal(valid, GridName.Check(name) is null);

    [Theory]
    [InlineData("fsn-1", true)]
    [InlineData("fsn-1.example.org", true)]
    [InlineData("n", true)]
    [InlineData("", false)]
    [InlineData("-n", false)]
    [InlineData("n.", false)]
    [InlineData("N", false)]
    [InlineData("n 1", false)]
    public void A_node_is_named_like_a_host(string name, bool valid) => Assert.Equal(valid, NodeName.Check(name) is null);

    [Theory]
    [InlineData("Build_Host.local", "build-host.local")]
    [InlineData("--x--", "x")]
    [InlineData("___", null)]
    public void The_name_of_a_host_is_brought_into_the_form_of_a_node(string host, string? name) => Assert.Equal(name, NodeName.From(host));

    [Fact]
    public void A_name_of_ten_thousand_characters_is_refused_in_a_short_message()
    {
        var message = ServiceName.Check(new string('a', 10_000))!.Message;
        Assert.InRange(message.Length, 1, 300);
    }

    [Fact]
    public void The_default_stack_appears_in_no_name()
    {
        Assert.Equal("web-1", InstanceName.Container("null", "web", 1));
        Assert.Equal("shop.web-1", InstanceName.Container("shop", "web", 1));
        Assert.Equal("web-1.test.kontena.local", InstanceName.Host("test", "null", "web", 1));
        Assert.Equal("web-12.shop.test.kontena.local", InstanceName.Host("test", "shop", "web", 12));
    }

    [Fact]
    public void A_host_name_may_have_64_characters_and_not_one_more()
    {
        // 14 for .kontena.local, 5 for .test, 5 for .shop, 2 for -1
        Assert.Null(InstanceName.Check("test", "shop", new string('a', 38), 1));
        var problem = InstanceName.Check("test", "shop", new string('a', 38), 10);
        Assert.Contains("65 characters", problem?.Message, StringComparison.Ordinal);
    }
}
