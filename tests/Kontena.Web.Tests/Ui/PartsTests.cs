using Bunit;
using Kontena.Core.Problems;
using Kontena.Web.Ui;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Kontena.Web.Tests.Ui;

public sealed class PartsTests : BunitContext
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 12, 14, 31, 8, TimeSpan.Zero));

    public PartsTests()
    {
        Services.AddSingleton<TimeProvider>(_time);
        Services.AddSingleton<Ticker>();
    }

    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    [Fact]
    public void A_problem_alert_shows_nothing_without_a_problem() =>
        Assert.Equal("", Render<ProblemAlert>(parameters => parameters.Add(p => p.Message, null)).Markup.Trim());

    [Fact]
    public void A_problem_is_said_at_its_place_and_heard_at_once()
    {
        var alert = Render<ProblemAlert>(parameters => parameters.Add(p => p.Problem, Problem.Invalid("x", "The name is <taken>.")));

        Assert.Contains("The name is <taken>.", alert.Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_panel_that_breaks_says_so_with_a_number_and_recovers()
    {
        var broken = true;
        var panel = Render<Panel>(parameters => parameters.Add(p => p.Title, "Bays")
            .Add(p => p.ChildContent, builder => builder.AddContent(0, broken ? throw new InvalidOperationException("secret detail") : "fine")));

        Assert.Contains("“Bays” met an error", panel.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Matches("11121431-[0-9]{4}", panel.Find("[role=alert] .k-mono").TextContent);
        Assert.DoesNotContain("secret detail", panel.Markup, StringComparison.Ordinal);

        broken = false;
        panel.Find("[role=alert] button").Click();

        Assert.Contains("fine", panel.Find(".k-panel-body").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_panel_is_a_region_named_by_its_title()
    {
        var panel = Render<Panel>(parameters => parameters.Add(p => p.Title, "Bays"));

        Assert.Equal("Bays", panel.Find("#" + panel.Find("section").GetAttribute("aria-labelledby")).TextContent);
    }

    [Fact]
    public void The_tab_of_the_present_address_is_the_current_one_whatever_its_query()
    {
        Navigation.NavigateTo("/grids/g/services/shop/web/logs?q=x");

        var tabs = Render<TabLinks>(parameters => parameters.Add(p => p.Tabs,
        [
            new("Overview", "/grids/g/services/shop/web"), new("Logs", "/grids/g/services/shop/web/logs"), new("Stats", "", OffBecause: "no figures yet"),
        ]));
        Assert.Equal("Logs", tabs.Find("a[aria-current=page]").TextContent);
        Assert.Contains("no figures yet", tabs.Find(".k-tab-off").TextContent, StringComparison.Ordinal);

        Navigation.NavigateTo("/grids/g/services/shop/web");
        tabs.WaitForAssertion(() => Assert.Equal("Overview", tabs.Find("a[aria-current=page]").TextContent));
    }

    [Fact]
    public void Sorting_is_a_link_that_turns_the_order_around()
    {
        Navigation.NavigateTo("/grids/g/nodes?sort=name");

        var head = Render<SortHead>(parameters => parameters.Add(p => p.Key, "name").Add(p => p.Text, "Node").Add(p => p.Sort, "name"));

        Assert.Equal("ascending", head.Find("th").GetAttribute("aria-sort"));
        Assert.EndsWith("/grids/g/nodes?sort=-name", head.Find("a").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void Typing_a_search_puts_it_into_the_address_after_a_pause()
    {
        Navigation.NavigateTo("/grids/g/nodes?sort=name");
        var bar = Render<FilterBar>(parameters => parameters.Add(p => p.Value, null));

        bar.Find("input").Input("hel");
        bar.Find("input").Input("hel-1");
        Assert.EndsWith("?sort=name", Navigation.Uri, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromMilliseconds(300));

        bar.WaitForAssertion(() => Assert.EndsWith("?sort=name&q=hel-1", Navigation.Uri, StringComparison.Ordinal));
    }

    [Fact]
    public void Hidden_rows_are_said_and_can_be_brought_back()
    {
        var bar = Render<FilterBar>(parameters => parameters.Add(p => p.Value, "x").Add(p => p.Shown, 12).Add(p => p.Total, 80));

        Assert.Equal("12 of 80 shown", bar.Find("[role=status]").TextContent);
        Assert.DoesNotContain("?", bar.Find("a").GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_age_grows_by_itself_and_tells_the_exact_time_on_request()
    {
        var age = Render<RelativeTime>(parameters => parameters.Add(p => p.At, _time.GetUtcNow().AddSeconds(-58)).Add(p => p.InSentence, true));
        Assert.Equal("58 s ago", age.Find("time").TextContent);
        Assert.Equal("12 November 2026, 14:30:10 UTC", age.Find("time").GetAttribute("title"));

        _time.Advance(TimeSpan.FromSeconds(5));

        age.WaitForAssertion(() => Assert.Equal("1 min ago", age.Find("time").TextContent));
    }

    [Fact]
    public void A_bar_says_its_value_and_its_plan()
    {
        var bar = Render<UsageBar>(parameters => parameters.Add(p => p.Value, 0.83).Add(p => p.Planned, 0.851).Add(p => p.Label, "Memory of hel-1"));

        var meter = bar.Find("[role=meter]");
        Assert.Equal(("Memory of hel-1", "83", "83 %, planned 85 %"),
            (meter.GetAttribute("aria-label"), meter.GetAttribute("aria-valuenow"), meter.GetAttribute("aria-valuetext")));
    }

    [Fact]
    public void A_sparkline_draws_the_newest_points_and_nothing_for_one_point()
    {
        Assert.Empty(Render<Sparkline>(parameters => parameters.Add(p => p.Values, [1])).FindAll("path"));

        var line = Render<Sparkline>(parameters => parameters.Add(p => p.Values, [.. Enumerable.Range(0, 100).Select(i => (double)i)])).Find("path.l");
        Assert.Equal(35, line.GetAttribute("d")!.Count(c => c == 'L'));
    }

    [Fact]
    public void A_table_has_a_name_for_those_who_cannot_see_it()
    {
        var table = Render<DataTable>(parameters => parameters.Add(p => p.Label, "Nodes"));

        Assert.Equal("Nodes", table.Find("caption").TextContent);
    }
}
