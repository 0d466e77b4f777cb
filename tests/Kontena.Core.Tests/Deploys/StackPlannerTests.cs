using System.Collections.Immutable;
using CsCheck;
using Kontena.Core.Deploys;
using Kontena.Core.Nodes;
using Kontena.Core.Scheduling;
using Kontena.Core.Services;
using Kontena.Core.Stacks;

namespace Kontena.Core.Tests.Deploys;

public sealed class StackPlannerTests
{
    private static readonly ServiceSpec Web = Some.Service("web", "db") with { Instances = 2 };
    private static readonly ServiceSpec Db = Some.Service("db") with { Stateful = true, Volumes = [new(VolumeMountKind.Anonymous, null, "/data", null)] };
    private static readonly NodeSnapshot[] Nodes = [Some.Node(1), Some.Node(2), Some.Node(3)];

    [Fact]
    public void A_new_stack_is_created_in_link_order()
    {
        var plan = Plan([], Some.Stack(Web, Db));
        Assert.Equal([("db", ServiceChangeKind.Created), ("web", ServiceChangeKind.Created)], plan.Services.Select(s => (s.Name, s.Kind)));
        Assert.Equal("web-1: node-1, web-2: node-2", Lines(plan.Services[1]));
        Assert.Equal(new PlanFigures(3, 0, 0, 0, 0, 0, 0), plan.Figures);
        Assert.Null(plan.Error);
        Assert.Empty(plan.Warnings);
    }

    [Fact]
    public void The_same_file_again_changes_nothing()
    {
        var plan = Plan([Some.Planned(Web, 2, 1, 2), Some.Planned(Db, 1, 3)], Some.Stack(Web, Db));
        Assert.True(plan.ChangesNothing);
        Assert.Equal(new PlanFigures(0, 0, 0, 0, 0, 3, 0), plan.Figures);
    }

    [Fact]
    public void A_new_image_replaces_containers_where_they_are()
    {
        var plan = Plan([Some.Planned(Web with { Instances = 6 }, 6, 1, 2, 3, 1, 2, 3)], Some.Stack(Some.Service("web") with { Image = "nginx:2", Instances = 6, Links = Web.Links }));
        var web = Assert.Single(plan.Services);
        Assert.Equal((ServiceChangeKind.Changed, true, 5, 1), (web.Kind, web.Recreates, web.StaysUp, web.AtOnce));
        Assert.Equal([new FieldChange(FieldChangeKind.Changed, "image", "nginx:1.27", "nginx:2")], web.Fields);
        Assert.All(web.Instances, i => Assert.Equal((InstanceChangeKind.Recreated, i.From), (i.Kind, i.To)));
    }

    [Fact]
    public void Instances_that_a_failed_deploy_did_not_reach_catch_up()
    {
        var web = Some.Planned(Web with { Links = [] }, 2, 1, 2);
        var plan = Plan([web with { Rows = [web.Rows[0], web.Rows[1] with { Outdated = true }] }], Some.Stack(web.Spec));
        Assert.Equal([InstanceChangeKind.Unchanged, InstanceChangeKind.Recreated], plan.Services[0].Instances.Select(i => i.Kind));
        Assert.False(plan.ChangesNothing);
    }

    [Fact]
    public void Scaling_up_touches_nothing_that_runs()
    {
        var plan = Plan([Some.Planned(Web, 2, 1, 2), Some.Planned(Db, 1, 3)], Some.Stack(Web with { Instances = 3 }, Db));
        var web = plan.Services.Single(s => s.Name == "web");
        Assert.Equal((ServiceChangeKind.Scaled, 2, 3, false), (web.Kind, web.InstancesBefore, web.InstancesAfter, web.Recreates));
        Assert.Equal(new PlanFigures(1, 0, 0, 0, 0, 3, 0), plan.Figures);
    }

    [Fact]
    public void A_file_that_does_not_mention_the_number_does_not_undo_a_scaling()
    {
        var plan = Plan([Some.Planned(Web, 5, 1, 2, 3, 1, 2), Some.Planned(Db, 1, 3)], Some.Stack(Web, Db));
        Assert.True(plan.ChangesNothing);
        Assert.Equal(5, plan.Services.Single(s => s.Name == "web").InstancesAfter);
    }

    [Fact]
    public void A_service_that_the_file_no_longer_has_goes_first_and_frees_its_port()
    {
        var old = Some.Service("old") with { Ports = [new("0.0.0.0", 80, 80, "tcp")] };
        var now = Some.Service("new") with { Ports = old.Ports };
        var plan = Plan([Some.Planned(old, 3, 1, 2, 3)], Some.Stack(now));
        Assert.Equal(["old", "new"], plan.Services.Select(s => s.Name));
        Assert.Null(plan.Error);
        Assert.Equal(new PlanFigures(1, 0, 0, 0, 3, 0, 0), plan.Figures);
    }

    [Fact]
    public void Two_services_of_one_stack_see_each_others_ports()
    {
        var first = Some.Service("a") with { Ports = [new("0.0.0.0", 80, 80, "tcp")], Instances = 2 };
        var plan = Plan([], Some.Stack(first, first with { Name = "b", Instances = 1 }));
        Assert.Equal("b-1: node-3", Lines(plan.Services[1]));
        Assert.Contains(plan.Warnings, w => w is { Service: "b", Code: "port_taken" } && w.Message.Contains("node-1", StringComparison.Ordinal));
    }

    [Fact]
    public void A_sidecar_follows_its_main_service_although_nothing_runs_yet()
    {
        var plan = Plan([], Some.Stack(Web with { Links = [] }, Some.Service("agent") with { Instances = 2, Net = "container:web-%s" }));
        Assert.Null(plan.Error);
        Assert.Equal("agent-1: node-1, agent-2: node-2", Lines(plan.Services[1]));
    }

    [Fact]
    public void When_no_node_fits_every_node_is_named_with_its_reason()
    {
        var plan = Plan([], Some.Stack(Web with { Links = [], MemoryBytes = 512L << 20 }),
            Some.Node(1).WithMemory(1024, 64), Some.Node(2) with { Availability = NodeAvailability.Drain }, Some.Node(3) with { Connected = false });
        Assert.Equal("No node can run web-1: node-1 has 64 MB free, 512 MB needed; node-2 is drained; node-3 has never connected.", plan.Error);
        Assert.Equal([InstanceChangeKind.NoNode, InstanceChangeKind.NoNode], plan.Services[0].Instances.Select(i => i.Kind));
        Assert.Equal(2, plan.Figures.WithoutNode);
    }

    [Fact]
    public void A_single_instance_is_announced_as_down_and_data_as_staying()
    {
        var plan = Plan([Some.Planned(Db, 1, 2)], Some.Stack(Db with { Image = "redis:8" }));
        Assert.Equal(["interruption", "data_stays"], plan.Warnings.Select(w => w.Code));
        Assert.Equal("db has one instance, so it is down while that one is replaced.", plan.Warnings[0].Message);
    }

    [Fact]
    public void Data_that_loses_its_owner_is_named_with_its_node()
    {
        var plan = Plan([Some.Planned(Db with { Instances = 3 }, 3, 1, 2, 3)], Some.Stack(Db));
        Assert.Equal("The data of db-2 on node-2, db-3 on node-3 stays there as volumes without an owner. Nothing is deleted.",
            Assert.Single(plan.Warnings, w => w.Code == "data_left_behind").Message);
        Assert.Contains(Plan([Some.Planned(Db, 1, 1)], Some.Stack(Web with { Links = [] })).Warnings, w => w is { Service: "db", Code: "data_left_behind" });
        Assert.Contains(Plan([Some.Planned(Db, 1, 1)], Some.Stack(Db with { Volumes = [] })).Warnings, w => w.Message.Contains("/data", StringComparison.Ordinal));
    }

    [Fact]
    public void A_rule_that_keeps_everything_in_one_zone_is_pointed_out()
    {
        var plan = Plan([], Some.Stack(Web with { Links = [], Affinity = ["label==az=a"] }), Some.Node(1, "az=a"), Some.Node(2, "az=a"), Some.Node(3, "az=b"));
        Assert.Equal("one_zone", Assert.Single(plan.Warnings).Code);
    }

    [Fact]
    public void Leaving_a_node_that_is_away_is_pointed_out()
    {
        var plan = Plan([Some.Planned(Web with { Links = [] }, 2, 1, 3)], Some.Stack(Web with { Links = [] }), Some.Node(1), Some.Node(2), Some.Node(3) with { Connected = false });
        Assert.Equal(ServiceChangeKind.Moved, plan.Services[0].Kind);
        Assert.Equal("leaves_offline_node", Assert.Single(plan.Warnings).Code);
    }

    [Fact]
    public void A_stopped_service_starts_again()
    {
        var service = Some.Planned(Web with { Links = [] }, 2, 1, 2);
        var plan = StackPlanner.Plan(Some.Grid(Nodes, service), "shop", [Some.Deployed(service, DeployedState.Stopped)], Some.Stack(service.Spec));
        Assert.Equal(2, plan.Figures.Started);
        Assert.Equal("starts_again", Assert.Single(plan.Warnings).Code);
    }

    [Fact]
    public void Memory_is_told_before_and_after()
    {
        var plan = Plan([], Some.Stack(Web with { Links = [], Instances = 1, MemoryBytes = 256L << 20 }), Some.Node(1).WithMemory(1024, 600));
        var node = Assert.Single(plan.Nodes);
        Assert.Equal((1024L << 20, 424L << 20, 680L << 20), (node.MemoryTotalBytes, node.UsedBeforeBytes, node.UsedAfterBytes));
        Assert.Equal((0, 1), (node.Before.Length, node.After.Length));
        Assert.Equal("web-1", node.After[0]);
    }

    [Fact]
    public void Volumes_of_the_file_are_planned_by_their_names_in_the_grid()
    {
        var spec = Web with { Links = [], Instances = 1, Volumes = [new(VolumeMountKind.Named, "files", "/files", null)] };
        var stack = Some.Stack(spec) with
        {
            Volumes = [new StackVolume("files", "shop.files", new VolumeCreation("rexray", ImmutableSortedDictionary<string, string>.Empty, "grid"))],
        };
        Assert.Equal("No node can run web-1: node-1 has no volume driver 'rexray', which volume 'shop.files' needs.", Plan([], stack, Some.Node(1)).Error);
    }

    [Fact]
    public void A_link_to_nothing_refuses_the_plan() =>
        Assert.Contains("'web' links to 'db'", Plan([], Some.Stack(Web)).Error, StringComparison.Ordinal);

    [Fact]
    public void A_plan_that_would_do_something_else_has_another_fingerprint()
    {
        var plan = Plan([], Some.Stack(Web, Db));
        Assert.Equal(plan.Fingerprint, Plan([], Some.Stack(Db, Web)).Fingerprint);
        Assert.NotEqual(plan.Fingerprint, Plan([], Some.Stack(Web, Db), Some.Node(2)).Fingerprint);
        Assert.NotEqual(plan.Fingerprint, Plan([], Some.Stack(Web with { Instances = 3 }, Db)).Fingerprint);
    }

    [Fact]
    public void What_was_planned_and_done_leaves_nothing_to_do() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[0, 6], Gen.Int[1, 3], Gen.Bool, (nodes, instances, db, daemon) =>
        (
            Nodes: Enumerable.Range(1, nodes).Select(n => Some.Node(n, n % 2 == 0 ? "az=a" : "az=b")).ToArray(),
            Stack: Some.Stack(Web with { Instances = instances, Deploy = new DeployOptions { Strategy = daemon ? "daemon" : "ha" } }, Db with { Instances = db })))
        .Sample(s =>
        {
            var plan = Plan([], s.Stack, s.Nodes);
            var rows = s.Stack.Services.Select(spec =>
            {
                var change = plan.Services.Single(c => c.Name == spec.Name);
                return new ServiceSnapshot
                {
                    Id = change.Id,
                    Stack = "shop",
                    Spec = spec,
                    Instances = spec.Instances,
                    Rows = [.. change.Instances.Select(i => new InstanceRow(i.Number, i.To!.Id))],
                };
            });
            return Plan([.. rows], s.Stack, s.Nodes).ChangesNothing;
        });

    private static StackPlan Plan(ServiceSnapshot[] services, StackSpec wanted, params NodeSnapshot[] nodes) => StackPlanner.Plan(
        Some.Grid(nodes.Length == 0 ? Nodes : nodes, services), "shop", [.. services.Select(s => Some.Deployed(s))], wanted);

    private static string Lines(ServiceChange change) => string.Join(", ", change.Instances.Select(i => $"{change.Name}-{i.Number}: {i.To?.Name}"));
}
