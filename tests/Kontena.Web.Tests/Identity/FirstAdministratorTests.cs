using Kontena.Core.Problems;
using Kontena.TestKit.Databases;
using Kontena.Web.Identity;
using Kontena.Web.Tests.Masters;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Kontena.Web.Tests.Identity;

public sealed class FirstAdministratorTests(PostgresFixture postgres)
{
    private const string Password = "correct horse battery";

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task Of_many_browsers_at_once_exactly_one_makes_the_first_administrator(DatabaseKind kind)
    {
        await using var master = await TestMaster.StartAsync(kind, postgres);
        var code = await CodeAsync(master);
        var results = await Task.WhenAll(Enumerable.Range(1, 12).Select(i => Task.Run(() => master.Get<CreateFirstAdministrator>()
            .HandleAsync(code, $"Person {i}", $"p{i}@example.org", Password, TestMaster.Cancel))));
        Assert.Single(results, r => r.Ok);
        Assert.All(results.Where(r => !r.Ok), r => Assert.Contains(r.Problem!.Code, new[] { "setup_done", "setup_code" }));
        await using var db = master.OpenDb();
        Assert.Equal(1, await db.Users.CountAsync(TestMaster.Cancel));
        Assert.Equal(1, await db.Events.CountAsync(e => e.Kind == "user.created", TestMaster.Cancel));
        Assert.False(File.Exists(Path.Combine(master.Data, SetupCode.FileName)));
    }

    [Fact]
    public async Task Ten_wrong_codes_void_the_right_one()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        var code = await CodeAsync(master);
        var create = master.Get<CreateFirstAdministrator>();
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("setup_code", (await create.HandleAsync("wrong", "Anna", "a@example.org", Password, TestMaster.Cancel)).Problem?.Code);
        }
        Assert.Equal("setup_code", (await create.HandleAsync(code, "Anna", "a@example.org", Password, TestMaster.Cancel)).Problem?.Code);
        Assert.False(File.Exists(Path.Combine(master.Data, SetupCode.FileName)));
    }

    [Theory]
    [InlineData("short", "password")]
    [InlineData("password1234", "password")]
    [InlineData("aaaaaaaaaaaaaaaa", "password")]
    [InlineData("annaexampleorg", "password")]
    public async Task A_weak_password_is_refused_and_the_code_stays_valid(string weak, string field)
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        var code = await CodeAsync(master);
        var create = master.Get<CreateFirstAdministrator>();
        Assert.Equal(field, (await create.HandleAsync(code, "Anna", "anna@example.org", weak, TestMaster.Cancel)).Problem?.Code);
        Assert.True((await create.HandleAsync(code, "Anna", "anna@example.org", Password, TestMaster.Cancel)).Ok);
    }

    [Fact]
    public void Nobody_and_other_kinds_of_actors_may_nothing()
    {
        var grid = Guid.CreateVersion7();
        foreach (var capability in Enum.GetValues<Capability>())
        {
            Assert.False(Actor.Nobody.May(capability, grid));
            Assert.False(Actor.System("loop").May(capability, grid));
            Assert.False(Actor.Agent(Guid.CreateVersion7(), "node-1").May(capability, grid));
        }
    }

    [Theory]
    [InlineData(GridRole.Viewer, "SeeGrid,ReadLogs")]
    [InlineData(GridRole.User, "SeeGrid,ReadLogs,ChangeStacks,Deploy")]
    internal void A_role_gives_exactly_its_rights_in_its_own_grid(GridRole role, string expected)
    {
        var (own, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var actor = Actor.Nobody with { Id = Guid.CreateVersion7(), Roles = Actor.Nobody.Roles.Add(own, role) };
        Assert.Equal(expected, string.Join(',', Enum.GetValues<Capability>().Where(c => actor.May(c, own))));
        Assert.DoesNotContain(Enum.GetValues<Capability>(), c => actor.May(c, other) || actor.May(c, null));
        Assert.Equal(ProblemKind.NotFound, actor.Refusal(Capability.Deploy, other, "other", "deploy stacks")!.Kind);
    }

    private static async Task<string> CodeAsync(TestMaster master) =>
        (await File.ReadAllTextAsync(Path.Combine(master.Data, SetupCode.FileName), TestMaster.Cancel)).Trim();
}
