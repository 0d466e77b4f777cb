using Kontena.Core.Protocol;
using Kontena.TestKit;
using Kontena.TestKit.Agents;
using Kontena.TestKit.Databases;
using Kontena.Web.Agents;
using Kontena.Web.Nodes;
using Kontena.Web.Tests.Masters;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Kontena.Web.Tests.Agents;

public sealed class AgentHubTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestMaster.Cancel;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task A_join_token_admits_one_host_and_no_second(DatabaseKind kind)
    {
        await using var master = await TestMaster.StartAsync(kind, postgres);
        var token = (await master.Get<AddNode>().HandleAsync("default", master.Anna, Cancel)).Value!.Token;
        var answers = await Task.WhenAll(Enumerable.Range(1, 8).Select(i => Task.Run(() =>
            master.Get<EnrolNode>().HandleAsync(new EnrolRequest(token, $"host-{i}", $"engine-{i}", [], ProtocolVersion.Current), Cancel))));
        Assert.Single(answers, a => a.Ok);
        Assert.All(answers.Where(a => !a.Ok), a => Assert.Equal("bad_token", a.Problem!.Code));
    }

    [Fact]
    public async Task Hosts_that_join_at_once_get_numbers_of_their_own_and_a_taken_name_gets_the_number()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        var tokens = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            tokens.Add((await master.Get<AddNode>().HandleAsync("default", master.Anna, Cancel)).Value!.Token);
        }
        var answers = await Task.WhenAll(tokens.Select((token, i) => Task.Run(() =>
            master.Get<EnrolNode>().HandleAsync(new EnrolRequest(token, "host", $"engine-{i}", [], ProtocolVersion.Current), Cancel))));
        Assert.All(answers, a => Assert.True(a.Ok, a.Problem?.Message));
        await using var db = master.OpenDb();
        Assert.Equal([1, 2, 3, 4, 5, 6], await db.Nodes.OrderBy(n => n.Number).Select(n => n.Number).ToListAsync(Cancel));
        Assert.Equal(6, answers.Select(a => a.Value!.Name).Distinct().Count());
    }

    [Fact]
    public async Task A_revoked_or_expired_token_is_refused_in_words()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        var made = (await master.Get<AddNode>().HandleAsync("default", master.Anna, Cancel)).Value!;
        await master.Get<RevokeJoinToken>().HandleAsync("default", made.Id, master.Anna, Cancel);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => SimulatedAgent.EnrolAsync(
            master.Address, new EnrolRequest(made.Token, "host", "engine", [], ProtocolVersion.Current), Cancel, master.Handler()));
        Assert.Contains("Make another one", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_hash_of_a_credential_is_stored()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        await using var agent = await master.JoinAsync("host");
        await using var db = master.OpenDb();
        var node = await db.Nodes.SingleAsync(Cancel);
        Assert.Equal(NodeCredential.Hash(agent.Credential), node.CredentialHash);
        Assert.DoesNotContain(agent.Credential, System.Text.Encoding.UTF8.GetString(await File.ReadAllBytesAsync(Path.Combine(master.Data, "kontena.db"), Cancel)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("kna_0123456789abcdef0123456789abcdef_0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("rubbish")]
    public async Task A_stranger_does_not_reach_the_hub(string? credential)
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        await Assert.ThrowsAnyAsync<Exception>(() => master.SocketAsync(new Uri(master.Address, ProtocolPaths.Hub), credential, Cancel).AsTask());
    }

    [Fact]
    public async Task A_connection_that_did_not_say_hello_may_not_report()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        await using var agent = await master.JoinAsync("host");
        await using var second = SimulatedAgent.Connection(master.Address, agent.Credential, master.Handler(),
            async (context, cancel) => await master.SocketAsync(context.Uri, agent.Credential, cancel));
        await second.StartAsync(Cancel);
        await Assert.ThrowsAsync<HubException>(() => second.InvokeAsync<DesiredSet>(nameof(IMasterHub.GetDesiredAsync), 0L, Cancel));
    }

    [Fact]
    public async Task A_removed_node_is_told_so_and_its_credential_is_worthless()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        await using var agent = await master.JoinAsync("host");
        Assert.True((await master.Get<RemoveNode>().HandleAsync("default", "host", master.Anna, Cancel)).Ok);
        Assert.Equal("removed", (await agent.Refused.WaitAsync(TimeSpan.FromSeconds(10), Cancel)).Code);
        await Assert.ThrowsAnyAsync<Exception>(() => master.SocketAsync(new Uri(master.Address, ProtocolPaths.Hub), agent.Credential, Cancel).AsTask());
    }

    [Fact]
    public async Task A_node_without_its_connection_is_offline_and_says_when_it_was_seen()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        var agent = await master.JoinAsync("host");
        await master.UntilAsync(async db => (await db.Nodes.SingleAsync(Cancel)).Status is NodeStatus.Online, "the node is online");
        await agent.DisposeAsync();
        await master.UntilAsync(async db => (await db.Nodes.SingleAsync(Cancel)) is { Status: NodeStatus.Offline, LastSeenAt: not null }, "the node is offline");
        await using var db = master.OpenDb();
        Assert.True(await db.Events.AnyAsync(e => e.Kind == "node.offline", Cancel));
    }

    /// <summary>Hub methods are callable by whoever passes the policy: none may exist that the protocol does not know.</summary>
    [Fact]
    public void The_hub_offers_nothing_but_the_protocol()
    {
        var offered = typeof(AgentHub).GetMethods(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.DeclaredOnly)
            .Where(m => !m.IsSpecialName).Select(m => m.Name).Except([nameof(Hub.OnDisconnectedAsync)]).Order();
        Assert.Equal(typeof(IMasterHub).GetMethods().Select(m => m.Name).Order(), offered);
    }
}
