using System.Reflection;
using Bunit;
using Kontena.TestKit.Databases;
using Kontena.Web.Events.Pages;
using Kontena.Web.Grids;
using Kontena.Web.Grids.Pages;
using Kontena.Web.Identity;
using Kontena.Web.Nodes.Pages;
using Kontena.Web.Services.Pages;
using Kontena.Web.Stacks;
using Kontena.Web.Stacks.Pages;
using Kontena.Web.Tests.Masters;
using Kontena.Web.Volumes.Pages;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Kontena.Web.Tests.Pages;

public sealed class PagesTests(PostgresFixture postgres)
{
    private const string Hello = """
        stack: hello
        services:
          web:
            image: hello:1
            instances: 2
            environment: ["DB_PASSWORD=hush"]
            deploy:
              monitor: 0
        """;

    [Fact]
    public async Task An_empty_grid_says_how_to_begin()
    {
        await using var context = await PageContext.StartAsync(postgres);
        var page = context.Open<OverviewPage>();
        page.WaitForAssertion(() => Assert.Equal("This grid has no nodes yet", page.Find("h1").TextContent));
        Assert.Contains("Add node", page.Markup, StringComparison.Ordinal);
        Assert.NotNull(page.Find("a[href='/grids/default/stacks/new']"));
    }

    [Fact]
    public async Task A_deployed_stack_shows_on_every_page_and_repaints_by_itself()
    {
        await using var context = await PageContext.StartAsync(postgres);
        await using var node = await context.Master.JoinAsync("fsn-1", "az=fsn1");
        var overview = context.Open<OverviewPage>();
        await DeployAsync(context.Master);
        overview.WaitForAssertion(() => Assert.Equal("Everything runs as wanted", overview.Find("h1").TextContent), TimeSpan.FromSeconds(20));
        Assert.Equal("fsn-1: all 2 running", overview.Find(".k-berth .k-strip").GetAttribute("aria-label"));

        Assert.Contains("fsn-1", context.Open<NodesPage>().Find("table").TextContent, StringComparison.Ordinal);
        Assert.Equal(2, context.Open<NodePage>(("Node", "fsn-1")).FindAll("table tbody tr").Count);
        Assert.Contains("revision 1", context.Open<StacksPage>().Find("table").TextContent, StringComparison.Ordinal);
        Assert.Contains("hello:1", context.Open<StackPage>(("Stack", "hello")).Find("table").TextContent, StringComparison.Ordinal);
        Assert.Contains("2 of 2", context.Open<ServicesPage>().Find("table").TextContent, StringComparison.Ordinal);
        var service = context.Open<ServicePage>(("Stack", "hello"), ("Service", "web"), ("Tab", "instances"));
        Assert.Equal(2, service.FindAll("table tbody tr").Count);
        Assert.Contains("2 of 2 running.", service.Find(".k-page-reason").TextContent, StringComparison.Ordinal);
        var activity = context.Open<ActivityPage>();
        activity.WaitForAssertion(() => Assert.Contains("joined as node 1", activity.Find(".k-timeline").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Settings_never_show_a_secret_value()
    {
        await using var context = await PageContext.StartAsync(postgres);
        await using var node = await context.Master.JoinAsync("one");
        await DeployAsync(context.Master);
        var page = context.Open<ServicePage>(("Stack", "hello"), ("Service", "web"), ("Tab", "config"));
        page.WaitForAssertion(() => Assert.Contains("DB_PASSWORD=••••", page.Markup, StringComparison.Ordinal));
        Assert.DoesNotContain("hush", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scaling_by_the_stepper_changes_what_is_wanted()
    {
        await using var context = await PageContext.StartAsync(postgres);
        await using var node = await context.Master.JoinAsync("one");
        await DeployAsync(context.Master);
        var page = context.Open<ServicePage>(("Stack", "hello"), ("Service", "web"));
        page.WaitForElement(".k-stepper input").Change("3");
        await context.Master.UntilAsync(async db => await db.Services.Select(s => s.Instances).SingleAsync(TestMaster.Cancel) == 3, "three are wanted");
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll("table tbody tr").Count), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_viewer_sees_everything_and_is_offered_nothing()
    {
        await using var context = await PageContext.StartAsync(postgres, GridRole.Viewer);
        await using var node = await context.Master.JoinAsync("one");
        await DeployAsync(context.Master);
        Assert.Empty(context.Open<OverviewPage>().FindAll(".k-page-actions button, .k-page-actions a"));
        Assert.Empty(context.Open<NodesPage>().FindAll(".k-page-actions button"));
        Assert.Empty(context.Open<NodePage>(("Node", "one")).FindAll(".k-page-actions button"));
        Assert.Empty(context.Open<StackPage>(("Stack", "hello")).FindAll(".k-page-actions button, .k-page-actions a"));
        var service = context.Open<ServicePage>(("Stack", "hello"), ("Service", "web"));
        Assert.Empty(service.FindAll(".k-page-actions button, .k-page-actions input, .k-actions button"));
        Assert.Contains("2 of 2 running.", service.Find(".k-page-reason").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_looks_the_same_as_what_one_may_not_see()
    {
        await using var context = await PageContext.StartAsync(postgres);
        Assert.Equal("There is no node of this name", context.Open<NodePage>(("Node", "nix")).Find("h1").TextContent);
        Assert.Equal("There is no stack of this name", context.Open<StackPage>(("Stack", "nix")).Find("h1").TextContent);
        Assert.Equal("There is no service of this name", context.Open<ServicePage>(("Stack", "a"), ("Service", "b")).Find("h1").TextContent);
        var nowhere = context.Render<VolumesPage>(p => p.Add(c => c.Grid, "nowhere"));
        nowhere.WaitForAssertion(() => Assert.Equal("There is no grid of this name", nowhere.Find("h1").TextContent));
    }

    [Fact]
    public void Every_page_of_a_grid_asks_who_is_there()
    {
        var pages = typeof(GridPage).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(GridPage)) && type.GetCustomAttributes<RouteAttribute>().Any()).ToList();
        Assert.NotEmpty(pages);
        Assert.All(pages, page => Assert.True(page.IsDefined(typeof(AuthorizeAttribute), inherit: true), $"{page.Name} is open to everybody"));
    }

    private static async Task DeployAsync(TestMaster master)
    {
        var saved = await master.SaveAsync(Hello);
        var number = TestMaster.Value(await master.Get<DeployStack>().HandleAsync("default", saved.Stack, saved.Revision, null, master.Anna, TestMaster.Cancel));
        await master.UntilAsync(async db => (await db.StackDeploys.SingleAsync(d => d.Number == number, TestMaster.Cancel)).Finished, "the deploy ends");
    }
}
