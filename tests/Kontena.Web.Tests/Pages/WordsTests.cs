using Kontena.Web.Events.Pages;
using Kontena.Web.Grids;
using Kontena.Web.Grids.Pages;
using Kontena.Web.Ui;
using Xunit;
using static Kontena.Web.Tests.Pages.SomeView;

namespace Kontena.Web.Tests.Pages;

public sealed class WordsTests
{
    [Fact]
    public void A_running_service_tells_how_many_run_and_who_was_restarted() =>
        Assert.Equal("2 of 2 running. 1 in its watch window. web-2 was restarted once.",
            Words.Reason(Service("shop/web", Instance(), Instance(CellState.Settling, restarts: 1))));

    [Fact]
    public void The_worst_instance_speaks_with_its_error() =>
        Assert.Equal("1 of 2 running. web-2: exit code 137, out of memory",
            Words.Reason(Service("shop/web", Instance(), Instance(CellState.Restarting, "exit code 137, out of memory"))));

    [Fact]
    public void A_stopped_service_is_stopped_on_purpose() =>
        Assert.Equal("Stopped on purpose. Its containers and its data stay.",
            Words.Reason(Service("shop/web", Instance(CellState.Stopped)) with { State = "Stopped" }));

    [Fact]
    public void A_stack_whose_newer_revision_waits_says_so() =>
        Assert.Equal("Its service runs as wanted. Revision 3 is saved and not deployed.",
            Words.Reason(Grid(services: [Service("shop/web", Instance())]).Stacks[0] with { LatestRevision = 3 }));

    [Theory]
    [InlineData("shop/web", "/grids/prod/services/shop/web")]
    [InlineData("shop/web-2", "/grids/prod/services/shop/web/instances")]
    [InlineData("shop", "/grids/prod/stacks/shop")]
    [InlineData("node-1", "/grids/prod/nodes/node-1")]
    [InlineData("deploy 7", "/grids/prod/deploys/7")]
    [InlineData("shop/gone", null)]
    [InlineData("nothing", null)]
    public void The_subject_of_an_event_leads_to_its_page_if_it_has_one(string subject, string? href) =>
        Assert.Equal(href, Links.Subject(Grid(services: [Service("shop/web", Instance(), Instance())]), subject));

    [Fact]
    public void Names_are_escaped_in_addresses() => Assert.Equal("/grids/a%20b/services/c%2Fd/e", Links.Service("a b", "c/d", "e"));

    [Theory]
    [InlineData("scaled shop/web from 1 to 3", "shop/web", "Scaled shop/web from 1 to 3")]
    [InlineData("shop/web-2 is running", "shop/web-2", "shop/web-2 is running")]
    public void A_sentence_begins_with_a_capital_unless_it_begins_with_a_name(string summary, string subject, string expected) =>
        Assert.Equal(expected, EventWords.Sentence(new EventView(1, Now, "User", "Anna", "service.scale", subject, summary, null, null, "info")));
}
