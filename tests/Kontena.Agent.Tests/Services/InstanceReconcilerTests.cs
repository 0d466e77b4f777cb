using System.Collections.Immutable;
using Kontena.Agent.Docker;
using Kontena.Agent.Services;
using Kontena.Agent.Tests.Fakes;
using Kontena.Core.Protocol;
using Kontena.Core.Services;
using Xunit;

namespace Kontena.Agent.Tests.Services;

public sealed class InstanceReconcilerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Applying_a_list_twice_does_nothing_the_second_time()
    {
        await using var agent = await AgentHarness.StartAsync(Cancel);
        var order = Some.Order();
        await agent.ApplyAsync(Some.Set(1, order), Cancel);
        await agent.ReadyAsync(order, Cancel);
        var before = agent.Engine.Changes;

        await agent.ApplyAsync(Some.Set(2, order with { DeployRev = 2 }), Cancel);
        await agent.ReadyAsync(order with { DeployRev = 2 }, Cancel);

        Assert.Equal(before, agent.Engine.Changes);
    }

    [Fact]
    public async Task An_older_order_that_comes_late_changes_nothing()
    {
        await using var agent = await AgentHarness.StartAsync(Cancel);
        var order = Some.Order() with { DeployRev = 5, Revision = 3 };
        await agent.ApplyAsync(Some.Set(2, order), Cancel);
        await agent.ReadyAsync(order, Cancel);
        var before = agent.Engine.Changes;

        await agent.ApplyAsync(Some.Set(1, order with { DeployRev = 4, Revision = 2, Desired = DesiredState.Stopped }), Cancel);
        await agent.ApplyAsync(Some.Set(3, order with { DeployRev = 6 , Revision = 3 }), Cancel);
        await agent.ReadyAsync(order with { DeployRev = 6 }, Cancel);

        Assert.Equal(before, agent.Engine.Changes);
    }

    [Fact]
    public async Task Another_image_under_the_same_tag_recreates_with_the_next_deploy_only()
    {
        await using var agent = await AgentHarness.StartAsync(Cancel);
        var order = Some.Order();
        await agent.ApplyAsync(Some.Set(1, order), Cancel);
        var first = await agent.ReadyAsync(order, Cancel);
        agent.Engine.HasImage(Some.Image, new("sha256:moved", null, []));

        await agent.ApplyAsync(Some.Set(2, order with { RestartSequence = 1 }), Cancel);
        var restarted = await agent.ReportAsync(order, r => r is { RestartDone: 1, Ready: true }, Cancel);
        Assert.Equal(first.ContainerId, restarted.ContainerId);

        await agent.ApplyAsync(Some.Set(3, order with { DeployRev = 2 }), Cancel);
        var second = await agent.ReadyAsync(order with { DeployRev = 2 }, Cancel);
        Assert.NotEqual(first.ContainerId, second.ContainerId);
        Assert.Equal("sha256:moved", second.ImageId);
    }

    [Fact]
    public async Task While_the_new_deploy_is_prepared_the_old_container_answers_for_the_old_one()
    {
        await using var agent = await AgentHarness.StartAsync(Cancel);
        var order = Some.Order();
        await agent.ApplyAsync(Some.Set(1, order), Cancel);
        await agent.ReadyAsync(order, Cancel);
        var pulling = new TaskCompletionSource();
        agent.Engine.DuringPull = () => pulling.Task;
        agent.Engine.Registry = _ => new("sha256:2", null, []);

        var next = order with { DeployRev = 2, Revision = 2, Spec = order.Spec with { Image = "app:2" } };
        await agent.ApplyAsync(Some.Set(2, next), Cancel);
        var during = await agent.ReportAsync(order, r => r.Doing is not null, Cancel);
        Assert.Equal((1L, true, "pulling the image, 40 %"), (during.DeployRev, during.Ready, during.Doing));

        pulling.SetResult();
        await agent.ReadyAsync(next, Cancel);
    }

    [Fact]
    public async Task An_engine_that_is_away_is_not_the_instances_fault_and_heals()
    {
        await using var agent = await AgentHarness.StartAsync(Cancel);
        var order = Some.Order();
        agent.Engine.Away = new(EngineFault.Unavailable, "no engine");
        await agent.ApplyAsync(Some.Set(1, order), Cancel);
        agent.Engine.Away = null;

        var report = await agent.PassTimeAsync(order, r => r.Ready, Cancel);
        Assert.Null(report.Error);
    }

    [Fact]
    public async Task A_start_that_fails_is_tried_again_after_half_a_minute_and_not_at_once()
    {
        await using var agent = await AgentHarness.StartAsync(Cancel);
        agent.Engine.StartFails = _ => "driver failed programming external connectivity: Bind for 0.0.0.0:80 failed: port is already allocated";
        var order = Some.Order(spec: Some.Spec() with { Ports = [new("0.0.0.0", 80, 80, "tcp")] });
        await agent.ApplyAsync(Some.Set(1, order), Cancel);

        var report = await agent.ReportAsync(order, r => r.Error is not null, Cancel);
        Assert.StartsWith("shop.web-1 cannot start: port 80 of the node is in use by ", report.Error, StringComparison.Ordinal);
        Assert.Single(agent.Engine.Changes, c => c.StartsWith("start", StringComparison.Ordinal));

        agent.Engine.StartFails = _ => null;
        var failedAt = agent.Time.GetUtcNow();
        await agent.PassTimeAsync(order, r => r.Ready, Cancel);
        Assert.True(agent.Time.GetUtcNow() - failedAt >= TimeSpan.FromSeconds(30));
        Assert.Equal(["create shop.web-1", "start shop.web-1", "remove shop.web-1", "create shop.web-1", "start shop.web-1"],
            agent.Engine.Changes.Where(c => c.Contains("web-1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_crash_is_counted_once_and_paced()
    {
        await using var agent = await AgentHarness.StartAsync(Cancel);
        var order = Some.Order();
        await agent.ApplyAsync(Some.Set(1, order), Cancel);
        await agent.ReadyAsync(order, Cancel);

        agent.Engine.Ends("shop.web-1", 1); // the first is followed by a start at once
        await agent.ReportAsync(order, r => r is { Restarts: 1, Ready: true }, Cancel);
        agent.Time.Advance(TimeSpan.FromSeconds(2));
        agent.Engine.Ends("shop.web-1", 2); // the second waits a second
        var waiting = await agent.ReportAsync(order, r => r is { Restarts: 2, State: InstanceState.Restarting }, Cancel);
        Assert.Contains("exit code 2", waiting.Error, StringComparison.Ordinal);
        Assert.False(agent.Engine.Container("shop.web-1")!.Running);

        await agent.PassTimeAsync(order, r => r is { Restarts: 2, Ready: true, Error: null }, Cancel);
    }

    [Fact]
    public async Task An_instance_that_its_policy_gave_up_is_tried_again_by_a_deploy()
    {
        await using var agent = await AgentHarness.StartAsync(Cancel);
        var order = Some.Order(spec: Some.Spec() with { Deploy = new() { Pull = "if_absent", Restart = new("none", null, null, null, null) } });
        await agent.ApplyAsync(Some.Set(1, order), Cancel);
        await agent.ReadyAsync(order, Cancel);
        agent.Engine.Ends("shop.web-1", 1);
        var given = await agent.ReportAsync(order, r => r is { State: InstanceState.Stopped }, Cancel);
        Assert.EndsWith("Its restart policy ends here. A deploy or a restart tries again.", given.Error, StringComparison.Ordinal);

        await agent.ApplyAsync(Some.Set(2, order with { DeployRev = 2 }), Cancel);

        await agent.ReadyAsync(order with { DeployRev = 2 }, Cancel);
    }

    [Fact]
    public async Task Without_a_master_instances_without_data_start_at_once_and_those_with_data_after_a_minute()
    {
        var first = await AgentHarness.StartAsync(Cancel);
        var web = Some.Order("web");
        var db = Some.Order("db", spec: Some.Spec() with { Stateful = true, Volumes = [new(VolumeMountKind.Anonymous, null, "/data", null)] });
        await first.ApplyAsync(Some.Set(1, web, db), Cancel);
        await first.ReadyAsync(web, Cancel);
        await first.ReadyAsync(db, Cancel);
        await using var owner = first;

        await using var second = await RebootedAsync(first);
        await second.ReadyAsync(web, Cancel);
        var waiting = await second.ReportAsync(db, r => r.Doing is not null, Cancel);
        Assert.Equal("waiting for the master before its data is used", waiting.Doing);

        await second.PassTimeAsync(db, r => r.Ready, Cancel);
    }

    [Fact]
    public async Task With_a_master_instances_with_data_start_as_soon_as_it_was_heard()
    {
        var first = await AgentHarness.StartAsync(Cancel);
        var db = Some.Order("db", spec: Some.Spec() with { Stateful = true, Volumes = [new(VolumeMountKind.Anonymous, null, "/data", null)] });
        await first.ApplyAsync(Some.Set(1, db), Cancel);
        await first.ReadyAsync(db, Cancel);
        await using var owner = first;
        await using var second = await RebootedAsync(first);
        await second.ReportAsync(db, r => r.Doing is not null, Cancel);

        await second.ApplyAsync(Some.Set(1) with { Unchanged = true }, Cancel);

        await second.ReadyAsync(db, Cancel);
    }

    [Fact]
    public async Task The_list_of_another_grid_is_ignored()
    {
        await using var agent = await AgentHarness.StartAsync(Cancel);
        var order = Some.Order();
        await agent.ApplyAsync(Some.Set(1, order), Cancel);
        await agent.ReadyAsync(order, Cancel);
        var before = agent.Engine.Changes;

        await agent.ApplyAsync(Some.Set(2, order with { Desired = DesiredState.Terminated }) with { GridId = Guid.CreateVersion7() }, Cancel);

        Assert.Equal(1, agent.Reconciler.Generation);
        Assert.Equal(before, agent.Engine.Changes);
    }

    [Fact]
    public async Task An_unlisted_instance_ends_after_five_minutes_and_with_data_its_container_stays()
    {
        await using var agent = await AgentHarness.StartAsync(Cancel);
        var (web, db) = (Some.Order("web"), Some.Order("db", spec: Some.Spec() with { Stateful = true }));
        await agent.ApplyAsync(Some.Set(1, web, db), Cancel);
        await agent.ReadyAsync(web, Cancel);
        await agent.ReadyAsync(db, Cancel);
        await agent.KnowsAsync(s => s.Containers.Values.Count(c => c.Running) == 2, Cancel);

        for (var poll = 0; poll < 11; poll++)
        {
            Assert.True(agent.Engine.Container("shop.web-1")!.Running);
            await agent.ApplyAsync(Some.Set(2), Cancel);
            agent.Time.Advance(TimeSpan.FromSeconds(30));
        }

        Assert.Null(agent.Engine.Container("shop.web-1"));
        Assert.False(agent.Engine.Container("shop.db-1")!.Running);
    }

    [Fact]
    public async Task An_instance_that_left_and_came_back_gets_a_new_container_and_its_tombstone_is_confirmed()
    {
        await using var agent = await AgentHarness.StartAsync(Cancel);
        var order = Some.Order();
        await agent.ApplyAsync(Some.Set(1, order), Cancel);
        var first = await agent.ReadyAsync(order, Cancel);

        var (tombstone, back) = (order with { Desired = DesiredState.Terminated }, order with { Epoch = 3, DeployRev = 2 });
        await agent.ApplyAsync(Some.Set(2, back, tombstone), Cancel);
        var second = await agent.ReadyAsync(back, Cancel);
        Assert.NotEqual(first.ContainerId, second.ContainerId);
        await agent.KnowsAsync(s => s.Containers.Count == 1 && s.Containers.Values.All(c => c.Epoch == 3), Cancel);

        await agent.ApplyAsync(Some.Set(2, back, tombstone), Cancel);
        Assert.Equal(InstanceState.Terminated, agent.Outbox.LatestOf(order.InstanceId, 1)!.State);
        Assert.Equal(InstanceState.Running, agent.Outbox.LatestOf(order.InstanceId, 3)!.State);
    }

    [Fact]
    public async Task A_foreign_container_of_the_name_is_never_touched()
    {
        await using var agent = await AgentHarness.StartAsync(Cancel);
        var order = Some.Order();
        var genuine = ContainerRendering.Render(order, Some.Context, Some.Network, Some.ImageInfo(), null).Labels;
        // Labels of a genuine container, copied onto another name, and then that name taken.
        agent.Engine.Foreign("shop.web-1", genuine.SetItem(Labels.InstanceNumber, "9").SetItem(Labels.Proof, "0").ToImmutableDictionary());
        await agent.ApplyAsync(Some.Set(1, order), Cancel);

        var report = await agent.ReportAsync(order, r => r.Error is not null, Cancel);
        Assert.Contains("that this grid did not make", report.Error, StringComparison.Ordinal);
        await agent.ApplyAsync(Some.Set(2, order with { Desired = DesiredState.Terminated }), Cancel);
        await agent.ReportAsync(order, r => r.State is InstanceState.Terminated, Cancel);
        Assert.True(agent.Engine.Container("shop.web-1")!.Running);
    }

    /// <summary>The host went down and came up again: every container ended.</summary>
    private static Task<AgentHarness> RebootedAsync(AgentHarness agent) => agent.RestartedAsync(
        () =>
        {
            foreach (var name in new[] { "shop.web-1", "shop.db-1" }.Where(n => agent.Engine.Container(n) is not null))
            {
                agent.Engine.Ends(name, 137);
            }
        }, Cancel);
}
