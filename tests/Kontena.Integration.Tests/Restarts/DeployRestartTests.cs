using System.Collections.Immutable;
using Kontena.TestKit;
using Kontena.TestKit.Databases;
using Kontena.TestKit.Engines;
using Kontena.TestKit.Masters;
using Kontena.TestKit.Samples;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Kontena.Integration.Tests.Restarts;

/// <summary>Whoever is killed, and whenever: the deploy reaches an end, and no healthy container changes its id or its start.</summary>
[Collection(nameof(LiveGrid))]
public sealed class DeployRestartTests(TestEngine engine, PostgresFixture postgres)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The second revision of hello: new containers for the whole service.</summary>
    private static ImmutableSortedDictionary<string, string> Changed { get; } = Sample.Hello.Files.SetItem(
        Sample.Main, Sample.Hello.Files[Sample.Main].Replace("Hello from the grid", "Good day", StringComparison.Ordinal));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_deploy_goes_on_after_the_master_was_killed_in_the_middle(bool onPostgres)
    {
        await using var grid = await LiveGrid.StartAsync(
            engine, Cancel, onPostgres ? await postgres.CreateDatabaseAsync(Cancel) : null, Sample.Hello.Images);
        await InTheMiddleOfADeployAsync(grid, async () =>
        {
            await grid.Master.KillAsync();
            await grid.Master.StartAgainAsync(Cancel);
        });
    }

    [Fact]
    public async Task A_deploy_goes_on_after_the_agent_was_killed_in_the_middle()
    {
        await using var grid = await LiveGrid.StartAsync(engine, Cancel, images: Sample.Hello.Images);
        await InTheMiddleOfADeployAsync(grid, async () =>
        {
            await grid.Agent.KillAsync();
            await grid.Agent.StartAgainAsync();
        });
    }

    [Fact]
    public async Task Without_a_master_an_agent_starts_again_touches_nothing_and_brings_back_what_crashed()
    {
        await using var grid = await LiveGrid.StartAsync(engine, Cancel, images: Sample.Hello.Images);
        var stack = grid.Own("hello");
        await grid.Operator.DeployAsync(stack, Sample.Hello.Files, Cancel);
        var before = await engine.RunningSinceAsync(grid.Id, Cancel);
        var session = await grid.Operator.SessionAsync(LiveGrid.Node, Cancel);
        var victim = $"{stack}.web-2";

        await grid.Master.KillAsync();
        await grid.Agent.KillAsync();
        await grid.Agent.StartAgainAsync();
        await engine.Client.Containers.KillContainerAsync(victim, new Docker.DotNet.Models.ContainerKillParameters(), Cancel);
        await Eventually.UntilAsync(
            async cancel => (await engine.RunningSinceAsync(grid.Id, cancel)).GetValueOrDefault(victim) is { } now && now != before[victim],
            Patience, "the crashed container is back", Cancel, () => grid.Agent.Output);
        await grid.Master.StartAgainAsync(Cancel);
        await grid.UntilReconnectedAsync(session, Cancel);

        var after = await engine.RunningSinceAsync(grid.Id, Cancel);
        Assert.Equal(before.Where(container => container.Key != victim), after.Where(container => container.Key != victim));
        Assert.Contains(victim, after.Keys);
    }

    [Fact]
    public async Task A_stop_of_master_and_agent_leaves_every_container_and_the_next_start_adopts_them()
    {
        await using var grid = await LiveGrid.StartAsync(engine, Cancel, images: Sample.Hello.Images);
        var stack = grid.Own("hello");
        await grid.Operator.DeployAsync(stack, Sample.Hello.Files, Cancel);
        var before = await engine.RunningSinceAsync(grid.Id, Cancel);
        var session = await grid.Operator.SessionAsync(LiveGrid.Node, Cancel);

        await grid.Agent.StopAsync();
        await grid.Master.StopAsync();
        Assert.Equal(before, await engine.RunningSinceAsync(grid.Id, Cancel));
        await grid.Master.StartAgainAsync(Cancel);
        await grid.Agent.StartAgainAsync();
        await grid.UntilReconnectedAsync(session, Cancel);
        await grid.Operator.ScaleAsync(stack, "web", 4, Cancel); // they are its own again: it adds one, and only one

        var after = await engine.RunningSinceAsync(grid.Id, Cancel);
        Assert.Equal(4, after.Count);
        Assert.Equal(before, after.Where(container => before.ContainsKey(container.Key)).ToDictionary());
    }

    /// <summary>Deploys two stacks, starts a rollout of the first, and lets <paramref name="fault"/> happen when part of it is done.</summary>
    private async Task InTheMiddleOfADeployAsync(LiveGrid grid, Func<Task> fault)
    {
        var (changing, bystander) = (grid.Own("changing"), grid.Own("bystander"));
        await grid.Operator.DeployAsync(changing, Sample.Hello.Files, Cancel);
        await grid.Operator.DeployAsync(bystander, Sample.Hello.Files, Cancel);
        var before = await engine.RunningSinceAsync(grid.Id, Cancel);
        Assert.Equal(6, before.Count);

        var number = await grid.Operator.StartDeployAsync(changing, await grid.Operator.SaveAsync(changing, Changed, Cancel), Cancel);
        IReadOnlyDictionary<string, string> atFault = before;
        await Eventually.UntilAsync(
            async cancel => (atFault = await engine.RunningSinceAsync(grid.Id, cancel)).Any(now => before[now.Key] != now.Value),
            Patience, "the first new container runs", Cancel, () => grid.Master.Output + grid.Agent.Output);
        var unfinished = await grid.Operator.ReadAsync(db => db.StackDeploys.Where(d => d.Number == number).Select(d => d.FinishedAt).SingleAsync(Cancel), Cancel);
        Assert.Null(unfinished);

        await fault();
        await grid.Operator.UntilDeployedAsync(number, Cancel);

        var after = await engine.RunningSinceAsync(grid.Id, Cancel);
        Assert.Equal(before.Keys, after.Keys);
        foreach (var (name, since) in after)
        {
            if (name.StartsWith(bystander, StringComparison.Ordinal))
            {
                Assert.Equal(before[name], since);
            }
            else
            {
                Assert.NotEqual(before[name], since);
            }
            if (atFault.TryGetValue(name, out var then) && then != before[name])
            {
                Assert.Equal(then, since); // it was new already, and stays
            }
        }
    }
}
