using System.Collections.Immutable;
using Kontena.TestKit;
using Kontena.TestKit.Engines;
using Kontena.TestKit.Processes;
using Kontena.Web.Data;
using Kontena.Web.Logs;
using Kontena.Web.Services;
using Kontena.Web.Stacks;
using Kontena.Web.Stats;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Kontena.Integration.Tests.Telemetry;

/// <summary>The agent as it is installed, from joining to the last line of a container that is gone.</summary>
public sealed class WholeAgentTests(TestEngine engine)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly ServicePath Ticker = new("default", "tele", "ticker");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lines_and_statistics_of_a_deployed_service_arrive_and_the_lines_outlive_it()
    {
        await engine.NeedAsync(Cancel);
        await BusyboxImage.EnsureAsync(engine.Client, Cancel);
        await using var master = await TelemetryMaster.StartEmptyAsync(Cancel);
        engine.Track(master.GridId);
        using var data = new TemporaryFolder("agent");
        await using var agent = ChildProcess.Start("the agent", "dotnet",
            [BuiltProgram.Of("Kontena.Agent"), "--master", master.Address.ToString(), "--data", data.At("data"), "--name", "telly",
                "--token-file", master.Data.At("local-join-token")], data.Path);
        try
        {
            await Eventually.UntilAsync(async cancel => await NodeAsync(master, cancel) is not null, Patience, "the node is online", Cancel, () => agent.Output);
            var saved = (await master.Get<SaveStack>().HandleAsync(new("default", "tele", "kontena.yml", ImmutableSortedDictionary<string, string>.Empty.Add("kontena.yml",
                $"""
                stack: tests/tele
                version: 1.0.0
                services:
                  ticker:
                    image: {BusyboxImage.Reference}
                    network_mode: host
                    stop_grace_period: 1s
                    command: sh -c 'i=0; while true; do i=$$((i+1)); echo tick $$i; echo ouch $$i >&2; sleep 0.2; done'
                """), ImmutableSortedDictionary<string, string>.Empty, 0), master.Administrator, Cancel)).Value!;
            Assert.True(saved.Saved, string.Join("; ", saved.Findings));
            Assert.True((await master.Get<DeployStack>().HandleAsync("default", "tele", saved.Revision, null, master.Administrator, Cancel)).Ok);

            List<LiveLine> lines = [];
            await Eventually.UntilAsync(async cancel => (lines = await master.AllLinesAsync(cancel, path: Ticker)).Count(l => l.S == 2) > 3,
                Patience, "lines are stored", Cancel, () => agent.Output);
            Assert.Equal("tick 1", lines.First(l => l.S == 1).X);
            var instance = await InstanceAsync(master);
            await Eventually.UntilAsync(() => master.Get<LatestStats>().OfInstance(instance) is { MemoryBytes: > 0 }, Patience, "statistics arrive", Cancel, () => agent.Output);
            await Eventually.UntilAsync(async cancel => master.Get<LatestStats>().OfNode((await NodeAsync(master, cancel))!.Value) is { MemoryTotalBytes: > 0 },
                Patience, "the host's statistics arrive", Cancel, () => agent.Output);

            await engine.RemoveAsync($"{TestEngine.GridLabel}={master.GridId}", Cancel); // somebody pulls it away under the agent
            Assert.NotEmpty(await master.AllLinesAsync(Cancel, path: Ticker));
            await Eventually.UntilAsync(async cancel => (await master.AllLinesAsync(cancel, path: Ticker)).Count(l => l.S == 3) >= 2,
                Patience, "the next container's lines go on in the same log", Cancel, () => agent.Output);
        }
        finally
        {
            await agent.StopAsync(Signal.Terminate, TimeSpan.FromSeconds(30));
        }
    }

    private static async Task<Guid?> NodeAsync(TelemetryMaster master, CancellationToken cancel)
    {
        await using var db = await master.Get<IDbContextFactory<KontenaDb>>().CreateDbContextAsync(cancel);
        var node = await db.Nodes.AsNoTracking().SingleOrDefaultAsync(n => n.Name == "telly", cancel);
        return node is { Status: Kontena.Web.Nodes.NodeStatus.Online } ? node.Id : null;
    }

    private static async Task<Guid> InstanceAsync(TelemetryMaster master)
    {
        await using var db = await master.Get<IDbContextFactory<KontenaDb>>().CreateDbContextAsync(Cancel);
        return await db.Instances.Select(i => i.Id).SingleAsync(Cancel);
    }
}
