using Kontena.Core.Protocol;
using Kontena.TestKit.Engines;
using Xunit;

namespace Kontena.Integration.Tests.Agent;

[Trait("Needs", "Docker")]
public sealed class ConvergingTests(TestEngine engine)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wanted_instance_runs_under_its_name_with_its_labels_and_environment()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var order = rig.Order("web", spec: s => s with { Environment = [new("GREETING", "hello")] });
        await rig.Master.WantAsync(order);

        var report = await rig.ReadyAsync(order, Cancel);
        var container = await rig.InspectAsync(order, Cancel);

        Assert.Equal(container.ID, report.ContainerId);
        Assert.Equal("web-1", container.Config!.Hostname);
        Assert.Equal($"{rig.Stack}.{FakeMaster.GridName}.kontena.local", container.Config.Domainname);
        Assert.Contains("GREETING=hello", container.Config.Env!);
        Assert.Contains("KONTENA_SERVICE_INSTANCE_NUMBER=1", container.Config.Env!);
        Assert.Contains($"KONTENA_GRID_NAME={FakeMaster.GridName}", container.Config.Env!);
        Assert.Equal("web", container.Config.Labels!["io.kontena.service.name"]);
        Assert.Equal($"{rig.Master.Grid}", container.Config.Labels["io.kontena.grid.id"]);
        Assert.Equal(report.Address, container.NetworkSettings!.Networks![rig.Network].IPAddress);
    }

    [Fact]
    public async Task A_redeploy_without_changes_touches_nothing_and_a_new_revision_recreates()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var order = rig.Order("web");
        await rig.Master.WantAsync(order);
        await rig.ReadyAsync(order, Cancel);
        var before = await rig.InspectAsync(order, Cancel);

        var again = order with { DeployRev = 2 };
        await rig.Master.WantAsync(again);
        await rig.ReadyAsync(again, Cancel);
        var untouched = await rig.InspectAsync(order, Cancel);
        Assert.Equal((before.ID, before.State!.StartedAt), (untouched.ID, untouched.State!.StartedAt));

        var changed = again with { DeployRev = 3, Revision = 2 };
        await rig.Master.WantAsync(changed);
        await rig.ReadyAsync(changed, Cancel);
        Assert.NotEqual(before.ID, (await rig.InspectAsync(order, Cancel)).ID);
    }

    [Fact]
    public async Task Stop_keeps_the_container_start_uses_it_again_and_a_tombstone_removes_it()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var order = rig.Order("web");
        await rig.Master.WantAsync(order);
        var running = await rig.ReadyAsync(order, Cancel);

        await rig.Master.WantAsync(order with { Desired = DesiredState.Stopped });
        await rig.ReportAsync(order, r => r.State is InstanceState.Stopped, "is stopped", Cancel);
        Assert.False((await rig.InspectAsync(order, Cancel)).State!.Running);

        await rig.Master.WantAsync(order);
        await rig.ReadyAsync(order, Cancel);
        Assert.Equal(running.ContainerId, (await rig.InspectAsync(order, Cancel)).ID);

        await rig.Master.WantAsync(order with { Desired = DesiredState.Terminated });
        await rig.ReportAsync(order, r => r.State is InstanceState.Terminated, "is terminated", Cancel);
        Assert.Empty(await engine.ContainersAsync(Cancel, $"{TestEngine.GridLabel}={rig.Master.Grid}"));
    }
}
