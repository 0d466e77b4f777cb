using Kontena.Core.Problems;
using Kontena.TestKit.Databases;
using Kontena.Web.Events;
using Kontena.Web.Identity;
using Kontena.Web.Tests.Masters;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Kontena.Web.Tests.Pages;

public sealed class ReadEventsTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestMaster.Cancel;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task Newest_first_in_pages_and_filtered_by_kind_level_subject_and_text(DatabaseKind kind)
    {
        await using var master = await TestMaster.StartAsync(kind, postgres);
        var web = Guid.CreateVersion7();
        await WriteAsync(master,
            ("service.scale", "shop/web", "scaled shop/web from 1 to 3", "info", web), ("node.offline", "hel_1", "hel_1 is offline", "warn", null),
            ("deploy.failed", "shop/web", "Deploy 3 of shop/web failed: 80% full", "crit", web), ("node.connected", "help1", "help1 is connected", "good", null));

        Assert.Equal(["help1 is connected", "Deploy 3 of shop/web failed: 80% full"], await ReadAsync(master, q => q with { Take = 2 }));
        Assert.Equal(["hel_1 is offline"], await ReadAsync(master, q => q with { Noun = "node", Level = "warn" }));
        Assert.Equal(["Deploy 3 of shop/web failed: 80% full", "scaled shop/web from 1 to 3"], await ReadAsync(master, q => q with { About = [web] }));
        Assert.Equal(["scaled shop/web from 1 to 3"], await ReadAsync(master, q => q with { Text = " SCALED " }));
        Assert.Equal(["hel_1 is offline"], await ReadAsync(master, q => q with { Text = "hel_1" })); // an underscore is no wildcard
        Assert.Equal(["Deploy 3 of shop/web failed: 80% full"], await ReadAsync(master, q => q with { Text = "0% f" }));

        var first = TestMaster.Value(await master.Get<ReadEvents>().HandleAsync(new EventQuery { Grid = "default", Take = 1 }, master.Anna, Cancel));
        Assert.True(first.More);
        Assert.Equal(3, (await ReadAsync(master, q => q with { Before = first.Events[0].Id })).Length);
    }

    [Fact]
    public async Task Who_may_not_see_the_grid_learns_nothing_of_it()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        var stranger = Actor.Nobody with { Id = Guid.CreateVersion7(), Name = "Eve" };
        var refused = await master.Get<ReadEvents>().HandleAsync(new EventQuery { Grid = "default" }, stranger, Cancel);
        var unknown = await master.Get<ReadEvents>().HandleAsync(new EventQuery { Grid = "nowhere" }, master.Anna, Cancel);
        Assert.Equal(ProblemKind.NotFound, refused.Problem?.Kind);
        Assert.Equal(unknown.Problem?.Message.Replace("nowhere", "default", StringComparison.Ordinal), refused.Problem?.Message);
    }

    private static async Task WriteAsync(TestMaster master, params (string Kind, string Subject, string Summary, string Level, Guid? About)[] events)
    {
        await using var db = master.OpenDb();
        var grid = await db.Grids.Select(g => g.Id).SingleAsync(Cancel);
        foreach (var (kind, subject, summary, level, about) in events)
        {
            db.Events.Add(Event.Of(master.Anna, SomeView.Now, grid, kind, subject, about, summary, level: level));
            await db.SaveChangesAsync(Cancel); // one by one: the numbers follow this order
        }
    }

    private static async Task<string[]> ReadAsync(TestMaster master, Func<EventQuery, EventQuery> query) =>
        [.. TestMaster.Value(await master.Get<ReadEvents>().HandleAsync(query(new EventQuery { Grid = "default" }), master.Anna, Cancel)).Events.Select(e => e.Summary)];
}
