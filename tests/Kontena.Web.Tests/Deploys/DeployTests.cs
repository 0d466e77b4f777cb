using Kontena.Core.Deploys;
using Kontena.Core.Problems;
using Kontena.Core.Protocol;
using Kontena.TestKit.Agents;
using Kontena.TestKit.Databases;
using Kontena.Web.Deploys;
using Kontena.Web.Identity;
using Kontena.Web.Services;
using Kontena.Web.Stacks;
using Kontena.Web.Tests.Masters;
using Kontena.Web.Volumes;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Kontena.Web.Tests.Deploys;

public sealed class DeployTests(PostgresFixture postgres)
{
    private const string Hello = """
        stack: hello
        services:
          web:
            image: hello:1
            instances: 3
            deploy:
              monitor: 0
        """;

    private const string Shop = """
        stack: shop
        services:
          web:
            image: web:1
            links: [db]
            deploy:
              monitor: 0
          db:
            image: db:1
            stateful: true
            volumes: [/data]
            deploy:
              monitor: 0
        """;

    private static readonly ServicePath Web = new("default", "hello", "web");

    private static CancellationToken Cancel => TestMaster.Cancel;

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task A_saved_file_becomes_running_instances_on_both_nodes_and_every_change_is_an_event(DatabaseKind kind)
    {
        await using var master = await TestMaster.StartAsync(kind, postgres);
        await using var one = await master.JoinAsync("one");
        await using var two = await master.JoinAsync("two");
        var number = await DeployAsync(master, Hello);
        await EndAsync(master, number, DeployState.Success);
        await using var db = master.OpenDb();
        var rows = await db.Instances.OrderBy(i => i.Number).ToListAsync(Cancel);
        Assert.Equal([1, 2, 3], rows.Select(r => r.Number));
        Assert.All(rows, r => Assert.True(r is { State: InstanceState.Running, Ready: true, Epoch: 1 }));
        Assert.Equal(2, rows.Select(r => r.NodeId).Distinct().Count());
        var kinds = await db.Events.Select(e => e.Kind).ToListAsync(Cancel);
        foreach (var expected in new[] { "stack.save", "stack.deploy", "service.created", "deploy.started", "instance.ready", "deploy.done", "stack.deployed" })
        {
            Assert.Contains(expected, kinds);
        }
    }

    [Fact]
    public async Task Services_start_in_the_order_of_their_links()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        await using var agent = await master.JoinAsync("one");
        await EndAsync(master, await DeployAsync(master, Shop), DeployState.Success);
        await using var db = master.OpenDb();
        var order = await db.Deploys.Where(d => d.State == DeployState.Success).OrderBy(d => d.StartedAt).Join(db.Services, d => d.ServiceId, s => s.Id, (d, s) => s.Name).ToListAsync(Cancel);
        Assert.Equal(["db", "web"], order);
    }

    [Fact]
    public async Task Scaling_up_and_down_touches_no_container_that_stays()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        await using var agent = await master.JoinAsync("one");
        await EndAsync(master, await DeployAsync(master, Hello), DeployState.Success);
        var before = await OrdersAsync(agent);
        TestMaster.Value(await master.Get<ScaleService>().HandleAsync(Web, 5, master.Anna, Cancel));
        await RowsAsync(master, 5);
        TestMaster.Value(await master.Get<ScaleService>().HandleAsync(Web, 2, master.Anna, Cancel));
        await RowsAsync(master, 2);
        await master.UntilAsync(async db => !await db.Tombstones.AnyAsync(Cancel), "the agent confirmed every end");
        var after = await OrdersAsync(agent);
        Assert.Equal([1, 2], after.Keys.Order());
        Assert.All(after, pair => Assert.Equal((before[pair.Key].InstanceId, before[pair.Key].Epoch, before[pair.Key].Revision), (pair.Value.InstanceId, pair.Value.Epoch, pair.Value.Revision)));
    }

    [Fact]
    public async Task A_deploy_of_an_unchanged_file_orders_no_new_container()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        await using var agent = await master.JoinAsync("one");
        await EndAsync(master, await DeployAsync(master, Hello), DeployState.Success);
        var before = await OrdersAsync(agent);
        var number = TestMaster.Value(await master.Get<DeployStack>().HandleAsync("default", "hello", 1, null, master.Anna, Cancel));
        await EndAsync(master, number, DeployState.Success);
        var after = await OrdersAsync(agent);
        Assert.All(before, pair => Assert.Equal((pair.Value.InstanceId, pair.Value.Revision, pair.Value.Epoch), (after[pair.Key].InstanceId, after[pair.Key].Revision, after[pair.Key].Epoch)));
    }

    [Fact]
    public async Task A_failing_instance_ends_the_deploy_with_its_reason_and_leaves_the_others_alone()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        await using var agent = await master.JoinAsync("one");
        await EndAsync(master, await DeployAsync(master, Hello), DeployState.Success);
        agent.Fails = order => order.Spec.Image == "hello:2" ? "There is no image hello:2." : null;
        await master.SaveAsync(Hello.Replace("hello:1", "hello:2", StringComparison.Ordinal), basedOn: 1);
        var number = TestMaster.Value(await master.Get<DeployStack>().HandleAsync("default", "hello", 2, null, master.Anna, Cancel));
        await EndAsync(master, number, DeployState.Error);
        await using var db = master.OpenDb();
        var deploy = await db.StackDeploys.SingleAsync(d => d.Number == number, Cancel);
        Assert.Contains("There is no image hello:2.", deploy.Reason, StringComparison.Ordinal);
        Assert.Equal(2, await db.Instances.CountAsync(i => i.Revision == 1 && i.State == InstanceState.Running, Cancel));
    }

    [Fact]
    public async Task A_deploy_without_a_place_is_refused_with_every_nodes_reason_and_changes_nothing()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        await using var agent = await master.JoinAsync("one");
        await master.SaveAsync(Hello + "\n    affinity: [label==ssd]");
        var refused = (await master.Get<DeployStack>().HandleAsync("default", "hello", 1, null, master.Anna, Cancel)).Problem!;
        Assert.Equal("no_place", refused.Code);
        Assert.Contains("one", refused.Message, StringComparison.Ordinal);
        await using var db = master.OpenDb();
        Assert.False(await db.Services.AnyAsync(Cancel) || await db.StackDeploys.AnyAsync(Cancel));
    }

    [Fact]
    public async Task A_plan_that_is_out_of_date_is_not_deployed()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        await using var one = await master.JoinAsync("one");
        await master.SaveAsync(Hello);
        var plan = TestMaster.Value(await master.Get<PlanStack>().HandleAsync("default", "hello", 1, master.Anna, Cancel)).Plan;
        await using var two = await master.JoinAsync("two");
        Assert.Equal("plan_changed", (await master.Get<DeployStack>().HandleAsync("default", "hello", 1, plan.Fingerprint, master.Anna, Cancel)).Problem?.Code);
        var now = TestMaster.Value(await master.Get<PlanStack>().HandleAsync("default", "hello", 1, master.Anna, Cancel)).Plan;
        Assert.True((await master.Get<DeployStack>().HandleAsync("default", "hello", 1, now.Fingerprint, master.Anna, Cancel)).Ok);
    }

    [Fact]
    public async Task Removing_a_stack_ends_its_containers_and_keeps_its_data_listed()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        await using var agent = await master.JoinAsync("one");
        await EndAsync(master, await DeployAsync(master, Shop), DeployState.Success);
        await master.UntilAsync(async db => await db.Volumes.AnyAsync(Cancel), "the volume is known");
        TestMaster.Value(await master.Get<RemoveStack>().HandleAsync("default", "shop", master.Anna, Cancel));
        await master.UntilAsync(async db => !await db.Tombstones.AnyAsync(Cancel), "the agent confirmed every end");
        await using var db = master.OpenDb();
        Assert.False(await db.Instances.AnyAsync(Cancel) || await db.Services.AnyAsync(Cancel) || await db.Stacks.AnyAsync(Cancel));
        var volume = await db.Volumes.SingleAsync(Cancel);
        Assert.Equal((VolumeState.Detached, "shop", "db", "/data"), (volume.State, volume.Stack, volume.Service, volume.Path));
        Assert.Contains(agent.Sent, r => r.State is InstanceState.Terminated);
    }

    [Fact]
    public async Task Stop_and_start_keep_every_instance_where_it_is()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        await using var agent = await master.JoinAsync("one");
        await EndAsync(master, await DeployAsync(master, Hello), DeployState.Success);
        var before = await OrdersAsync(agent);
        TestMaster.Value(await master.Get<StopService>().HandleAsync(Web, master.Anna, Cancel));
        await master.UntilAsync(async db => await db.Instances.AllAsync(i => i.State == InstanceState.Stopped, Cancel), "every instance is stopped");
        TestMaster.Value(await master.Get<StartService>().HandleAsync(Web, master.Anna, Cancel));
        await master.UntilAsync(async db => await db.Instances.AllAsync(i => i.State == InstanceState.Running, Cancel), "every instance runs again");
        Assert.Equal(before.ToDictionary(p => p.Key, p => p.Value.InstanceId), (await OrdersAsync(agent)).ToDictionary(p => p.Key, p => p.Value.InstanceId));
    }

    [Fact]
    public async Task Stopping_a_service_ends_its_deploy()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        await using var agent = await master.JoinAsync("one");
        agent.Holds = _ => true;
        var number = await DeployAsync(master, Hello);
        await master.UntilAsync(async db => await db.InstanceDeploys.AnyAsync(d => d.Step == InstanceDeployStep.Start, Cancel), "an instance is being started");
        TestMaster.Value(await master.Get<StopService>().HandleAsync(Web, master.Anna, Cancel));
        agent.Holds = _ => false;
        await agent.LookAsync(Cancel);
        await EndAsync(master, number, DeployState.Error);
    }

    [Fact]
    public async Task A_late_report_of_an_earlier_deploy_or_epoch_changes_nothing()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        await using var agent = await master.JoinAsync("one");
        await EndAsync(master, await DeployAsync(master, Hello), DeployState.Success);
        var order = (await OrdersAsync(agent))[1];
        await using var before = master.OpenDb();
        var row = await before.Instances.AsNoTracking().SingleAsync(i => i.Number == 1, Cancel);
        await agent.ReportAsync([agent.Done(order) with { Epoch = order.Epoch - 1, State = InstanceState.Stopped }], Cancel);
        await agent.ReportAsync([agent.Done(order) with { DeployRev = order.DeployRev - 1, State = InstanceState.Stopped }], Cancel);
        await agent.ReportAsync([agent.Done(order) with { InstanceId = Guid.CreateVersion7(), State = InstanceState.Stopped }], Cancel);
        await using var after = master.OpenDb();
        Assert.Equal(row.State, (await after.Instances.AsNoTracking().SingleAsync(i => i.Number == 1, Cancel)).State);
    }

    [Fact]
    public async Task A_node_cannot_speak_for_another_nodes_instances()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        await using var one = await master.JoinAsync("one");
        await EndAsync(master, await DeployAsync(master, Hello), DeployState.Success);
        await using var two = await master.JoinAsync("two");
        var order = (await OrdersAsync(one))[1];
        await two.ReportAsync([two.Done(order) with { State = InstanceState.Stopped, Error = "made up" }], Cancel);
        await using var db = master.OpenDb();
        Assert.Null((await db.Instances.SingleAsync(i => i.Number == 1, Cancel)).Error);
    }

    [Fact]
    public async Task Two_people_who_save_at_once_do_not_overwrite_each_other()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        await master.SaveAsync(Hello);
        var save = master.Get<SaveStack>();
        var results = await Task.WhenAll(Enumerable.Range(1, 6).Select(i => Task.Run(() =>
            save.HandleAsync(TestMaster.Request(Hello.Replace("hello:1", $"hello:{i + 1}", StringComparison.Ordinal), basedOn: 1), master.Anna, Cancel))));
        Assert.Single(results, r => r.Ok);
        Assert.All(results.Where(r => !r.Ok), r => Assert.Equal(ProblemKind.Conflict, r.Problem!.Kind));
        await using var db = master.OpenDb();
        Assert.Equal(2, await db.StackRevisions.CountAsync(Cancel));
    }

    [Fact]
    public async Task A_broken_file_saves_nothing_and_a_taken_name_is_refused()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        var broken = await master.SaveAsync("stack: hello\nservices:\n  web:\n    imagee: hello:1\n");
        Assert.False(broken.Saved);
        Assert.Contains(broken.Findings, f => f.Line == 4 && f.Message.Contains("image", StringComparison.Ordinal));
        await using var db = master.OpenDb();
        Assert.False(await db.Stacks.AnyAsync(Cancel));
        await master.SaveAsync(Hello);
        Assert.Equal("taken", (await master.Get<SaveStack>().HandleAsync(TestMaster.Request(Hello), master.Anna, Cancel)).Problem?.Code);
    }

    [Fact]
    public async Task A_viewer_sees_and_changes_nothing_and_a_stranger_finds_nothing()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        await using var agent = await master.JoinAsync("one");
        await EndAsync(master, await DeployAsync(master, Hello), DeployState.Success);
        await using var db = master.OpenDb();
        var grid = await db.Grids.Select(g => g.Id).SingleAsync(Cancel);
        var viewer = Actor.Nobody with { Id = Guid.CreateVersion7(), Name = "Vera", Roles = Actor.Nobody.Roles.Add(grid, GridRole.Viewer) };
        var stranger = viewer with { Roles = Actor.Nobody.Roles };
        foreach (var (actor, kind) in new[] { (viewer, ProblemKind.Forbidden), (stranger, ProblemKind.NotFound) })
        {
            Assert.Equal(kind, (await master.Get<ScaleService>().HandleAsync(Web, 9, actor, Cancel)).Problem?.Kind);
            Assert.Equal(kind, (await master.Get<StopService>().HandleAsync(Web, actor, Cancel)).Problem?.Kind);
            Assert.Equal(kind, (await master.Get<RestartService>().HandleAsync(Web, null, actor, Cancel)).Problem?.Kind);
            Assert.Equal(kind, (await master.Get<DeployService>().HandleAsync(Web, true, actor, Cancel)).Problem?.Kind);
            Assert.Equal(kind, (await master.Get<DeployStack>().HandleAsync("default", "hello", 1, null, actor, Cancel)).Problem?.Kind);
            Assert.Equal(kind, (await master.Get<SaveStack>().HandleAsync(TestMaster.Request(Hello, 1), actor, Cancel)).Problem?.Kind);
            Assert.Equal(kind, (await master.Get<RemoveStack>().HandleAsync("default", "hello", actor, Cancel)).Problem?.Kind);
            Assert.Equal(kind, (await master.Get<CancelDeploy>().HandleAsync("default", 1, actor, Cancel)).Problem?.Kind);
        }
        Assert.True((await master.Get<ReadStack>().HandleAsync("default", "hello", null, viewer, Cancel)).Ok);
        Assert.False((await master.Get<ReadStack>().HandleAsync("default", "hello", null, stranger, Cancel)).Ok);
        Assert.Equal(3, await db.Services.Select(s => s.Instances).SingleAsync(Cancel));
    }

    private static async Task<int> DeployAsync(TestMaster master, string yaml)
    {
        var saved = await master.SaveAsync(yaml);
        Assert.True(saved.Saved, string.Join(Environment.NewLine, saved.Findings));
        return TestMaster.Value(await master.Get<DeployStack>().HandleAsync("default", saved.Stack, saved.Revision, null, master.Anna, Cancel));
    }

    private static async Task EndAsync(TestMaster master, int number, DeployState expected)
    {
        await master.UntilAsync(async db => (await db.StackDeploys.SingleAsync(d => d.Number == number, Cancel)).Finished, $"deploy {number} ends");
        await using var db = master.OpenDb();
        var deploy = await db.StackDeploys.SingleAsync(d => d.Number == number, Cancel);
        Assert.True(expected == deploy.State, $"{deploy.State}: {deploy.Reason}");
    }

    private static Task RowsAsync(TestMaster master, int count) => master.UntilAsync(
        async db => await db.Instances.CountAsync(i => i.State == InstanceState.Running, Cancel) == count && await db.Instances.CountAsync(Cancel) == count
            && !await db.Deploys.AnyAsync(d => d.FinishedAt == null, Cancel),
        $"{count} instances run");

    private static async Task<Dictionary<int, InstanceOrder>> OrdersAsync(SimulatedAgent agent)
    {
        await agent.LookAsync(Cancel);
        return agent.Orders!.Instances.Where(o => o.Desired is DesiredState.Running).ToDictionary(o => o.Number);
    }
}
