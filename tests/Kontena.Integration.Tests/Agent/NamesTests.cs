using Kontena.TestKit;
using Kontena.TestKit.Engines;
using Xunit;

namespace Kontena.Integration.Tests.Agent;

/// <summary>Which names an instance can ask for, answered by the engine for real.</summary>
[Trait("Needs", "Docker")]
public sealed class NamesTests(TestEngine engine)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_name_means_the_service_of_the_own_stack_and_other_stacks_are_reached_by_theirs()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var (web, db) = (rig.Order("web"), rig.Order("db"));
        var other = rig.Order("web") with { Stack = rig.Stack + "b" };
        await rig.Master.WantAsync(web, db, other);
        var dbAddress = (await rig.ReadyAsync(db, Cancel)).Address!;
        var otherAddress = (await rig.ReadyAsync(other, Cancel)).Address!;
        var webAddress = (await rig.ReadyAsync(web, Cancel)).Address!;
        Assert.Equal(3, new[] { dbAddress, otherAddress, webAddress }.Distinct().Count());

        Assert.Equal(dbAddress, await PingedAsync(rig, web, "db"));
        Assert.Equal(dbAddress, await PingedAsync(rig, web, "db-1"));
        Assert.Equal(webAddress, await PingedAsync(rig, db, "web"));
        Assert.Equal(otherAddress, await PingedAsync(rig, other, "web"));
        Assert.Equal(otherAddress, await PingedAsync(rig, db, $"web.{rig.Stack}b"));
        Assert.Equal(dbAddress, await PingedAsync(rig, other, $"db.{rig.Stack}.{FakeMaster.GridName}.kontena.local"));
        Assert.Null(await PingedAsync(rig, other, "db"));
    }

    [Fact]
    public async Task An_exposed_service_answers_under_its_stacks_name_and_a_link_alias_comes_without_a_new_container()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var (web, db) = (rig.Order("web") with { Exposed = true }, rig.Order("db"));
        var other = rig.Order("client") with { Stack = rig.Stack + "b" };
        await rig.Master.WantAsync(web, db, other);
        var webAddress = (await rig.ReadyAsync(web, Cancel)).Address!;
        var dbAddress = (await rig.ReadyAsync(db, Cancel)).Address!;
        await rig.ReadyAsync(other, Cancel);
        var before = await engine.RunningSinceAsync(rig.Master.Grid, Cancel);

        Assert.Equal(webAddress, await PingedAsync(rig, other, rig.Stack));
        Assert.Null(await PingedAsync(rig, web, "store"));

        var linked = db with { LinkAliases = ["store"] };
        await rig.Master.WantAsync(web, linked, other);
        await Eventually.UntilAsync(
            async _ => await PingedAsync(rig, web, "store") == dbAddress, AgentRig.Soon, "the alias resolves to the same address", Cancel);
        Assert.Equal(before, await engine.RunningSinceAsync(rig.Master.Grid, Cancel));
    }

    /// <returns>The address that the name resolved to; null when it did not.</returns>
    private static async Task<string?> PingedAsync(AgentRig rig, Kontena.Core.Protocol.InstanceOrder from, string name)
    {
        var (_, output) = await rig.ExecAsync(from, $"ping -c 1 -W 2 {name}", Cancel);
        return output.Split('(', 2) is [_, var rest] && rest.Split(')', 2) is [var address, _] && System.Net.IPAddress.TryParse(address, out _) ? address : null;
    }
}
