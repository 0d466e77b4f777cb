using Bunit;
using Kontena.Web.Stats.Panes;
using Xunit;

namespace Kontena.Web.Tests.Panes;

public sealed class StatPaneTests : BunitContext
{
    [Fact]
    public void A_services_charts_name_their_target_on_the_element()
    {
        JSInterop.SetupModule("./js/chart.js");

        var pane = Render<StatPane>(p => p.Add(c => c.Grid, "prod").Add(c => c.Stack, "shop").Add(c => c.Service, "web"));

        pane.MarkupMatches("""<k-stat-view grid="prod" stack="shop" service="web"></k-stat-view>""");
        JSInterop.VerifyInvoke("import");
    }

    [Fact]
    public void A_nodes_charts_name_their_target_on_the_element()
    {
        JSInterop.SetupModule("./js/chart.js");

        var pane = Render<NodeStatPane>(p => p.Add(c => c.Grid, "prod").Add(c => c.Node, "fsn-1"));

        pane.MarkupMatches("""<k-node-stat-view grid="prod" node="fsn-1"></k-node-stat-view>""");
        JSInterop.VerifyInvoke("import");
    }
}
