using System.Security.Claims;
using Bunit;
using Kontena.Web.Shell;
using Kontena.Web.Ui;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;
using Xunit;

namespace Kontena.Web.Tests.Shell;

public sealed class MainLayoutTests : BunitContext
{
    private readonly HandMadeSource _source = new();

    public MainLayoutTests()
    {
        Services.AddMudServices();
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton<Ticker>();
        Services.AddScoped<Announcer>();
        Services.AddSingleton<IShellSource>(_source);
        JSInterop.Mode = JSRuntimeMode.Loose;
        AddAuthorization().SetAuthorized("Anna Lindqvist");
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
        Services.GetRequiredService<NavigationManager>().NavigateTo("/grids/prod-eu/services");
    }

    [Fact]
    public void Counts_turn_into_a_cell_and_a_number_when_something_is_wrong()
    {
        var frame = Frame();

        Assert.Equal(("7", "2"), (Count(frame, "Stacks").TextContent, Count(frame, "Services").TextContent));
        Assert.Contains("k-crit", Count(frame, "Services").ClassName, StringComparison.Ordinal);
        Assert.Equal("No node", Count(frame, "Services").QuerySelector("svg")!.GetAttribute("aria-label"));
    }

    [Fact]
    public void The_entry_of_the_present_page_is_current_in_the_rail_and_in_the_tabs_of_a_phone()
    {
        var frame = Frame();

        Assert.Equal("Services", frame.Find(".k-rail-link[aria-current]").GetAttribute("title"));
        Assert.Equal("Services", frame.Find(".k-phone-tabs [aria-current]").TextContent.Trim());
    }

    [Fact]
    public void The_tab_shows_the_worst_state_of_the_grid()
    {
        var head = Render<Microsoft.AspNetCore.Components.Web.HeadOutlet>();
        var frame = Frame();
        head.WaitForAssertion(() => Assert.Equal("img/favicon-crit.svg", head.Find("link[rel=icon]").GetAttribute("href")));

        _source.Counts = _source.Counts with { Services = new(24), Nodes = new(9, CellState.Unknown, 1) };
        _source.Changed();

        head.WaitForAssertion(() => Assert.Equal("img/favicon-warn.svg", head.Find("link[rel=icon]").GetAttribute("href")), TimeSpan.FromSeconds(10));
        Assert.NotNull(frame);
    }

    [Fact]
    public void A_change_is_seen_without_a_reload()
    {
        var frame = Frame();

        _source.Counts = _source.Counts with { Services = new(24) };
        _source.Changed();

        frame.WaitForAssertion(() => Assert.Equal("24", Count(frame, "Services").TextContent), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Going_to_another_grid_follows_that_one()
    {
        var frame = Frame();

        Services.GetRequiredService<NavigationManager>().NavigateTo("/grids/staging");

        frame.WaitForAssertion(() => Assert.Contains("Grid, 2 of 2 connected", frame.Find(".k-grid-switch").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        Assert.Equal(["prod-eu", "staging"], _source.Watched);
    }

    [Fact]
    public void A_page_says_its_place_in_the_strip_and_in_the_title()
    {
        var frame = Frame(page =>
        {
            page.OpenComponent<Crumbs>(0);
            page.AddAttribute(1, nameof(Crumbs.Trail), (IReadOnlyList<Crumb>)[new("shop", "/grids/prod-eu/stacks/shop")]);
            page.AddAttribute(2, nameof(Crumbs.Here), "web");
            page.CloseComponent();
        });

        Assert.Equal(["prod-eu", "shop", "web"], frame.FindAll(".k-crumbs li").Select(crumb => crumb.TextContent));
        Assert.Equal("/grids/prod-eu/stacks/shop", frame.Find(".k-phone > a").GetAttribute("href"));
    }

    [Fact]
    public void A_page_that_breaks_leaves_the_frame_standing()
    {
        var frame = Frame(_ => throw new InvalidOperationException("broke"));

        Assert.Contains("expected", frame.Find("main [role=alert]").TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(frame.FindAll(".k-rail-link"));
    }

    [Fact]
    public void Announcements_are_heard_politely()
    {
        var frame = Frame();

        Services.GetRequiredService<Announcer>().Say("shop/web is running");

        frame.WaitForAssertion(() => Assert.Equal("shop/web is running", frame.Find("[aria-live=polite].k-hidden").TextContent));
    }

    [Fact]
    public void Tests_and_scripts_can_tell_when_the_page_answers() =>
        Assert.Equal("true", Frame().Find("main").GetAttribute("data-interactive"));

    private IRenderedComponent<MainLayout> Frame(RenderFragment? body = null) =>
        Render<MainLayout>(parameters => parameters.Add(p => p.Body, body ?? (page => page.AddContent(0, "page"))));

    private static AngleSharp.Dom.IElement Count(IRenderedComponent<MainLayout> frame, string entry) =>
        frame.Find($".k-rail-link[title={entry}] .k-count");

    private sealed class HandMadeSource : IShellSource
    {
        public Action Changed { get; private set; } = () => { };

        public List<string?> Watched { get; } = [];

        public ShellCounts Counts { get; set; } = new(new(7), new(24, CellState.NoNode, 2), new(9), new(14), new(0));

        public Task<ShellView> ReadAsync(ClaimsPrincipal user, string? grid, CancellationToken cancel) => Task.FromResult(
            new ShellView(new(user.Identity!.Name!, "User"), [new("prod-eu", 8, 9), new("staging", 2, 2)], Counts));

        public IDisposable Watch(string? grid, Action changed)
        {
            (Changed, _) = (changed, 0);
            Watched.Add(grid);
            return new CancellationTokenSource();
        }
    }
}
