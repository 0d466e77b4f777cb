using CsCheck;
using Kontena.Core.Services;

namespace Kontena.Core.Tests.Services;

public sealed class LinkOrderTests
{
    private static string Names(LinkOrder order) => string.Join(' ', order.Services.Select(s => s.Name));

    [Fact]
    public void Linked_services_come_first_and_ties_go_by_name() => Assert.Equal("cache db api web worker", Names(LinkOrder.Of(
        [Some.Service("worker"), Some.Service("web", "api"), Some.Service("api", "db", "cache"), Some.Service("db"), Some.Service("cache")])));

    [Fact]
    public void Services_that_share_volumes_or_a_network_need_the_other_container_first() => Assert.Equal("z-data b-net a", Names(LinkOrder.Of(
        [
            Some.Service("a") with { VolumesFrom = ["z-data-%s"], Net = "container:b-net-%s" },
            Some.Service("b-net") with { VolumesFrom = ["z-data-1"] },
            Some.Service("z-data"),
        ])));

    [Fact]
    public void Links_into_other_stacks_order_nothing() =>
        Assert.Empty(LinkOrder.Of([Some.Service("web", "other/db")]).Problems);

    [Fact]
    public void A_link_to_nothing_is_told_with_its_remedy()
    {
        var problem = Assert.Single(LinkOrder.Of([Some.Service("web", "bd"), Some.Service("db")]).Problems);
        Assert.Equal((LinkProblemKind.Missing, "web", "bd"), (problem.Kind, problem.Service, problem.Link));
        Assert.Contains("'web' links to 'bd', which this stack does not have", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_circle_is_told_without_the_services_that_only_wait_for_it()
    {
        var order = LinkOrder.Of([Some.Service("a", "b"), Some.Service("b", "c"), Some.Service("c", "b"), Some.Service("d")]);
        Assert.Contains("b → c → b", Assert.Single(order.Problems).Message, StringComparison.Ordinal);
        Assert.Equal("d a b c", Names(order));
    }

    [Fact]
    public void A_service_that_links_to_itself_is_a_circle() =>
        Assert.Contains("a → a", Assert.Single(LinkOrder.Of([Some.Service("a", "a")]).Problems).Message, StringComparison.Ordinal);

    [Fact]
    public void Every_service_stands_behind_those_it_links_to() => Gen.Int[0, 200].Array[0, 30].Sample(seeds =>
    {
        // Links only to lower numbers, so there is always an order.
        var services = seeds.Select((seed, i) => i == 0 ? Some.Service("s0") : Some.Service($"s{i}", $"s{seed % i}", $"s{seed * 7 % i}")).ToList();
        var order = LinkOrder.Of(services.AsEnumerable().Reverse());
        var place = order.Services.Select((s, i) => (s.Name, i)).ToDictionary(p => p.Name, p => p.i);
        return order.Problems.IsEmpty && order.Services.Length == services.Count
            && services.All(s => s.Links.All(l => place[l.Name] < place[s.Name]));
    });
}
