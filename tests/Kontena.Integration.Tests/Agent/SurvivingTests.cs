using Kontena.Agent.Services;
using Kontena.Core.Protocol;
using Kontena.TestKit;
using Kontena.TestKit.Engines;
using Xunit;

namespace Kontena.Integration.Tests.Agent;

/// <summary>What must go on whatever happens around it.</summary>
[Trait("Needs", "Docker")]
public sealed class SurvivingTests(TestEngine engine)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restarted_agent_adopts_its_containers_and_touches_none()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var order = rig.Order("web");
        await rig.Master.WantAsync(order);
        await rig.ReadyAsync(order, Cancel);
        var before = await engine.RunningSinceAsync(rig.Master.Grid, Cancel);

        await rig.StopAgentAsync();
        Assert.Equal(before, await engine.RunningSinceAsync(rig.Master.Grid, Cancel));
        rig.Master.Reports.Clear();
        await rig.StartAgentAsync(Cancel, token: null);

        await rig.ReadyAsync(order, Cancel);
        Assert.Equal(before, await engine.RunningSinceAsync(rig.Master.Grid, Cancel));
    }

    [Fact]
    public async Task Without_a_master_a_restarted_agent_starts_what_ended_meanwhile()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var order = rig.Order("web");
        await rig.Master.WantAsync(order);
        var first = await rig.ReadyAsync(order, Cancel);
        await rig.StopAgentAsync();
        await rig.StopMasterAsync();
        await engine.Client.Containers.KillContainerAsync(first.ContainerId!, new(), Cancel);

        await rig.StartAgentAsync(Cancel);

        await Eventually.UntilAsync(async cancel => (await rig.InspectAsync(order, cancel)).State!.Running, AgentRig.Soon, "web-1 runs again", Cancel);
        Assert.Equal(first.ContainerId, (await rig.InspectAsync(order, Cancel)).ID);
    }

    [Fact]
    public async Task What_happened_while_the_master_was_away_is_reported_when_it_is_back()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var order = rig.Order("web");
        await rig.Master.WantAsync(order);
        var first = await rig.ReadyAsync(order, Cancel);
        await rig.StopMasterAsync();
        await engine.Client.Containers.KillContainerAsync(first.ContainerId!, new(), Cancel);
        await Eventually.UntilAsync(async cancel => (await rig.InspectAsync(order, cancel)).State!.Running, AgentRig.Soon, "web-1 runs again", Cancel);

        await rig.StartMasterAsync();

        await rig.ReportAsync(order, r => r is { State: InstanceState.Running, Ready: true, Restarts: 1 }, "is reported with its crash", Cancel);
    }

    [Fact]
    public async Task A_crashed_instance_is_started_again_and_its_exit_code_is_told()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var order = rig.Order("worker", "sleep 0.5; exit 3");
        await rig.Master.WantAsync(order);

        var report = await rig.ReportAsync(order, r => r is { State: InstanceState.Restarting, Restarts: >= 2 }, "crashed twice", Cancel);

        Assert.Contains("exit code 3", report.Error, StringComparison.Ordinal);
        Assert.Equal(3, report.ExitCode);
    }

    [Fact]
    public async Task A_restart_that_a_person_asked_for_keeps_the_container_and_is_confirmed()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var order = rig.Order("web");
        await rig.Master.WantAsync(order);
        await rig.ReadyAsync(order, Cancel);
        var before = await rig.InspectAsync(order, Cancel);

        var restart = order with { RestartSequence = 1 };
        await rig.Master.WantAsync(restart);
        var report = await rig.ReadyAsync(restart, Cancel);

        var after = await rig.InspectAsync(order, Cancel);
        Assert.Equal(before.ID, after.ID);
        Assert.NotEqual(before.State!.StartedAt, after.State!.StartedAt);
        Assert.Equal((1, 0), (report.RestartDone, report.Restarts));
    }

    [Fact]
    public async Task An_instance_that_the_list_no_longer_names_is_left_alone_at_first()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var (kept, dropped) = (rig.Order("kept"), rig.Order("dropped"));
        await rig.Master.WantAsync(kept, dropped);
        await rig.ReadyAsync(kept, Cancel);
        await rig.ReadyAsync(dropped, Cancel);
        var before = await engine.RunningSinceAsync(rig.Master.Grid, Cancel);

        await rig.Master.WantAsync(kept);
        await Eventually.UntilAsync(
            () => rig.Get<InstanceReconciler>().Generation == rig.Master.Set.Generation, AgentRig.Soon, "the short list is applied", Cancel);

        Assert.Equal(before, await engine.RunningSinceAsync(rig.Master.Grid, Cancel));
    }

    [Fact]
    public async Task A_removed_node_that_gets_a_new_token_joins_again_and_leaves_what_it_ran_alone()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var order = rig.Order("web");
        await rig.Master.WantAsync(order);
        await rig.ReadyAsync(order, Cancel);
        var before = await engine.RunningSinceAsync(rig.Master.Grid, Cancel);
        await rig.StopAgentAsync();

        rig.Master.RemoveNode("second-token");
        await rig.StartAgentAsync(Cancel, token: "second-token");
        await Eventually.UntilAsync(() => rig.Master.Hellos == 2, AgentRig.Soon, "the agent joined again", Cancel);
        var again = order with { InstanceId = Guid.CreateVersion7(), ServiceId = Guid.CreateVersion7() };
        await rig.Master.WantAsync(again);

        var report = await rig.ReportAsync(again, r => r.Error is not null, "has an error", Cancel);
        Assert.Contains("that this grid did not make", report.Error, StringComparison.Ordinal);
        Assert.Equal(before, await engine.RunningSinceAsync(rig.Master.Grid, Cancel));
    }

    [Fact]
    public async Task The_managed_containers_of_the_host_are_known_to_whoever_follows_them()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var order = rig.Order("web");
        await rig.Master.WantAsync(order);
        var report = await rig.ReadyAsync(order, Cancel);
        var containers = rig.Get<ManagedContainers>();

        await Eventually.UntilAsync(
            () => containers.Current.Containers.TryGetValue(report.ContainerId!, out var c) && c is { Running: true, Pid: > 0, Service: "web", Number: 1 },
            AgentRig.Soon, "the container is listed", Cancel);

        await rig.Master.WantAsync(order with { Desired = DesiredState.Terminated });
        await Eventually.UntilAsync(() => containers.Current.Containers.IsEmpty, AgentRig.Soon, "the list is empty", Cancel);
    }
}
