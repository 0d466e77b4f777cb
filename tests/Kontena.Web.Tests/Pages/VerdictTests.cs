using CsCheck;
using Kontena.Web.Grids;
using Kontena.Web.Grids.Pages;
using Kontena.Web.Ui;
using Xunit;
using static Kontena.Web.Tests.Pages.SomeView;

namespace Kontena.Web.Tests.Pages;

public sealed class VerdictTests
{
    [Fact]
    public void A_grid_in_which_all_runs_says_so_with_its_numbers() => Says(
        Grid([Node("a"), Node("b", number: 2)], [Service("shop/web", Instances(3))]),
        "Everything runs as wanted", "All 3 instances run, on 2 nodes.");

    [Fact]
    public void A_service_without_a_node_for_one_instance_is_named_with_the_reason()
    {
        var view = Grid(services: [Service("billing/worker", Instance(), Instance(), Instance(CellState.NoNode, "No node has 1 GB free."))]);
        Says(view, "billing/worker is short of instances", "2 of 3 instances run, on 1 node. Everything else is as wanted.");
        var need = Assert.Single(Needs.Of(view));
        Assert.Equal(("billing/worker", "1 of 3 instances has no node", "No node has 1 GB free."), (need.Name, need.Words, need.Why));
        Assert.Equal("/grids/prod/services/billing/worker/instances", need.Href);
    }

    [Fact]
    public void Several_short_services_are_counted() => Says(
        Grid(services: [Service("a/x", Instance(CellState.Restarting)), Service("a/y", Instance(CellState.Missing)), Service("a/z", Instance())]),
        "2 services are short of instances", "1 of 3 instances runs, on 1 node. Everything else is as wanted.");

    [Fact]
    public void What_still_starts_is_counted_apart() => Says(
        Grid(services: [Service("a/x", Instance(), Instance(CellState.Starting))]),
        "Everything runs as wanted", "1 of 2 instances runs and 1 is starting, on 1 node.");

    [Fact]
    public void An_offline_node_is_told_with_what_waits_on_it()
    {
        var gone = Node("hel-2", "Offline");
        var db = Service("shop/db", Instance(CellState.Unknown, node: gone));
        var view = Grid([Node("a"), gone], [db with { Spec = db.Spec with { Stateful = true } }]);
        Says(view, "hel-2 is offline", "0 of 1 instance run, on 1 of 2 nodes. Everything else is as wanted.");
        var need = Assert.Single(Needs.Of(view));
        Assert.Equal("is offline; no news of 1 instance", need.Words);
        Assert.Equal("shop/db-1 stays: its volume is on this node", need.Why);
    }

    [Fact]
    public void A_stopped_service_needs_nobody() => Says(
        Grid(services: [Service("ci/runner", Instance(CellState.Stopped)) with { State = "Stopped" }]),
        "Everything runs as wanted", "1 node is connected. No instances are wanted.");

    [Fact]
    public void A_failed_deploy_of_a_service_that_still_runs_is_one_thing_that_needs_somebody()
    {
        var web = Service("shop/web", Instance()) with { Problem = "web-1 did not become ready" };
        var view = Grid(services: [web], deploys: [Failed(web, 212, "web-1 did not become ready")]);
        Says(view, "One thing needs you", "The one instance runs, on 1 node. Everything else is as wanted.");
        var need = Assert.Single(Needs.Of(view));
        Assert.Equal(("shop/web", "deploy 212 failed", "/grids/prod/deploys/212"), (need.Name, need.Words, need.Href));
    }

    [Fact]
    public void A_grid_without_nodes_says_what_a_node_is()
    {
        var verdict = Verdict.Of(Grid([]), []);
        Assert.Equal("This grid has no nodes yet", verdict.Sentence);
        Assert.Contains("host with a Docker Engine", verdict.Numbers, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_data_and_a_silent_engine_need_somebody()
    {
        var view = Grid([Node("a", engineProblem: "the socket refuses")], volumes: [Volume("shop.db.data-1", "Missing"), Volume("shop.db.data-2", "Detached")]);
        Assert.Equal(["shop.db.data-1", "a"], Needs.Of(view).Select(n => n.Name));
    }

    [Fact]
    public void The_worst_always_comes_first_and_every_need_leads_somewhere() => Gen.Enum<CellState>().Array[0, 12].Sample(states =>
    {
        var view = Grid(services: states.Select((state, i) => Service($"s/{(char)('a' + i)}", Instance(state), Instance())));
        var needs = Needs.Of(view);
        return needs.Zip(needs.Skip(1)).All(pair => pair.First.Cell.Severity() >= pair.Second.Cell.Severity())
            && needs.All(n => n.Href.StartsWith("/grids/prod/", StringComparison.Ordinal) && n.Words.Length > 0)
            && needs.IsEmpty == states.All(s => s.Intent() is not (Intent.Crit or Intent.Warn));
    });

    private static void Says(GridView view, string sentence, string numbers)
    {
        var verdict = Verdict.Of(view, Needs.Of(view));
        Assert.Equal((sentence, numbers), (verdict.Sentence, verdict.Numbers));
    }
}
