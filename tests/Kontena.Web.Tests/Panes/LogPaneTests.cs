using Bunit;
using Kontena.Web.Logs.Panes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;
using Xunit;

namespace Kontena.Web.Tests.Panes;

public sealed class LogPaneTests : BunitContext
{
    private const string Module = "./js/logs.js";

    [Fact]
    public void Names_its_target_on_the_element_and_loads_the_module_that_gives_it_life()
    {
        var module = JSInterop.SetupModule(Module);

        var pane = Render<LogPane>(p => p.Add(c => c.Grid, "prod").Add(c => c.Stack, "shop").Add(c => c.Service, "web").Add(c => c.Number, 3));

        var view = pane.Find("k-log-view");
        Assert.Equal(("prod", "shop", "web", "3"),
            (view.GetAttribute("grid"), view.GetAttribute("stack"), view.GetAttribute("service"), view.GetAttribute("number")));
        Assert.False(view.HasAttribute("compact"));
        JSInterop.VerifyInvoke("import");
        Assert.Empty(module.Invocations);
    }

    [Fact]
    public void Merges_all_instances_when_no_number_is_given()
    {
        JSInterop.SetupModule(Module);

        var pane = Render<LogPane>(p => p.Add(c => c.Grid, "prod").Add(c => c.Stack, "shop").Add(c => c.Service, "web").Add(c => c.Compact, true));

        Assert.False(pane.Find("k-log-view").HasAttribute("number"));
        Assert.True(pane.Find("k-log-view").HasAttribute("compact"));
    }

    [Fact]
    public void Follows_a_new_target_without_a_new_element()
    {
        JSInterop.SetupModule(Module);
        var pane = Render<LogPane>(p => p.Add(c => c.Grid, "prod").Add(c => c.Stack, "shop").Add(c => c.Service, "web"));

        pane.Render(p => p.Add(c => c.Service, "api").Add(c => c.Number, 1));

        var view = pane.Find("k-log-view");
        Assert.Equal(("api", "1"), (view.GetAttribute("service"), view.GetAttribute("number")));
    }

    [Fact]
    public void A_module_that_cannot_be_loaded_is_said_in_words()
    {
        Services.AddSingleton<IJSRuntime>(new BrowserWithoutModules());

        var pane = Render<LogPane>(p => p.Add(c => c.Grid, "prod").Add(c => c.Stack, "shop").Add(c => c.Service, "web"));

        pane.WaitForAssertion(() => Assert.Contains("reload the page", pane.Find("[role=alert]").TextContent, StringComparison.Ordinal));
    }

    private sealed class BrowserWithoutModules : IJSRuntime
    {
        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args) =>
            throw new JSException("Failed to fetch dynamically imported module");

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) =>
            InvokeAsync<TValue>(identifier, args);
    }
}
