using System.Collections.Immutable;
using System.Text.Json;
using CsCheck;
using Kontena.Core.Nodes;
using Kontena.Core.Scheduling;
using Kontena.Core.Scheduling.Filters;
using Kontena.Core.Services;

namespace Kontena.Core.Tests.Scheduling;

/// <summary>What holds for any grid.</summary>
public sealed class PlannerPropertiesTests
{
    private static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Instances_go_only_where_they_may() => RandomGrid.Any.Sample((GridSnapshot grid) =>
    {
        var service = RandomGrid.Service(grid);
        var nodes = grid.Nodes.ToDictionary(n => n.Id);
        foreach (var placement in Planner.Plan(grid, service.Id).Placements)
        {
            var node = nodes[placement.NodeId];
            Assert.True(node is { Connected: true, Availability: NodeAvailability.Active });
            Assert.False(service.Spec.Stateful && placement.From != node.Id && node.Labels.Contains("ephemeral=no"));
            Assert.True(service.Spec.Volumes.IsEmpty || node.VolumeDrivers.Contains("rexray"));
            Assert.True(!service.Spec.Affinity.Contains("label==ssd") || node.Labels.Contains("ssd"));
            Assert.True(!service.Spec.Affinity.Contains("node!=node-2") || node.Name != "node-2");
            Assert.True(service.Spec.Cpus is null || node.Cpus >= service.Spec.Cpus);
            Assert.True(service.Spec.Ports.IsEmpty || node.ForeignPorts.IsEmpty);
        }
    }, iter: 1_500);

    [Fact]
    public void No_plan_puts_two_conflicting_ports_on_one_node() => RandomGrid.Any.Sample((GridSnapshot grid) =>
    {
        var plan = Planner.Plan(grid, RandomGrid.Asked);
        var rows = RandomGrid.After(grid, plan).Services.SelectMany(s => s.Rows.Select(row => (s.Id, s.Spec.Ports, row.Number, row.NodeId))).ToArray();
        var ports = RandomGrid.Service(grid).Spec.Ports;
        Assert.All(plan.Placements, p => Assert.DoesNotContain(rows, row => row.NodeId == p.NodeId && (row.Id, row.Number) != (RandomGrid.Asked, p.Number)
            && row.Ports.Any(port => ports.Any(own => PortFilter.Conflict(own, port)))));
    }, iter: 1_500);

    [Fact]
    public void No_plan_promises_more_than_a_node_has() => RandomGrid.Any.Sample((GridSnapshot grid) =>
    {
        var plan = Planner.Plan(grid, RandomGrid.Asked);
        var deploy = RandomGrid.Service(grid).Spec.Deploy;
        var after = RandomGrid.After(grid, plan);
        foreach (var node in grid.Nodes.Where(n => plan.Placements.Any(p => p.NodeId == n.Id)))
        {
            var here = after.Services.SelectMany(s => s.Rows.Where(row => row.NodeId == node.Id).Select(_ => s.Spec.Deploy)).ToArray();
            Assert.True(deploy.ReserveMemoryBytes is null || here.Sum(d => d.ReserveMemoryBytes ?? 0) <= node.MemoryTotalBytes);
            Assert.True(deploy.ReserveCpus is null || here.Sum(d => d.ReserveCpus ?? 0) <= node.Cpus);
        }
    }, iter: 1_500);

    [Fact]
    public void Data_never_moves_by_itself() => RandomGrid.Any.Select(grid => RandomGrid.With(grid, s => s with { Spec = s.Spec with { Stateful = true } }))
        .Sample((GridSnapshot grid) => Planner.Plan(grid, RandomGrid.Asked).Placements.All(p => p.From is null || p.From == p.NodeId), iter: 1_000);

    [Fact]
    public void The_order_of_the_lists_changes_nothing() => RandomGrid.Any.Sample((GridSnapshot grid) =>
    {
        var turned = grid with
        {
            Nodes = [.. grid.Nodes.Reverse()],
            Services = [.. grid.Services.Reverse().Select(s => s with { Rows = [.. s.Rows.Reverse()] })],
        };
        return JsonSerializer.Serialize(Planner.Plan(grid, RandomGrid.Asked)) == JsonSerializer.Serialize(Planner.Plan(turned, RandomGrid.Asked));
    }, iter: 1_000);

    /// <summary>Two exceptions settle one round later: stateful daemons, and binpack, whose nodes fill while it looks.</summary>
    [Fact]
    public void A_plan_that_was_carried_out_is_planned_again_as_it_is() => RandomGrid.Any.Sample((GridSnapshot grid) =>
    {
        var service = RandomGrid.Service(grid);
        var settles = service.Spec.Deploy.Strategy == "binpack" || service.Spec is { Stateful: true, Deploy.Strategy: Planner.Daemon };
        for (var round = 0; round < (settles ? 3 : 1); round++)
        {
            var done = Planner.Plan(grid, service.Id);
            if (done.Error is not null)
            {
                return true; // nothing was carried out
            }
            grid = RandomGrid.After(grid, done);
        }
        var again = Planner.Plan(grid, service.Id);
        return again.Error is null && again.Removed.IsEmpty && again.Placements.All(p => p.From == p.NodeId);
    }, iter: 1_500);

    [Fact]
    public void After_a_plan_was_carried_out_the_background_check_is_content() => RandomGrid.Any.Sample((GridSnapshot grid) =>
    {
        var plan = Planner.Plan(grid, RandomGrid.Asked);
        var binpack = RandomGrid.Service(grid).Spec.Deploy.Strategy == "binpack";
        return plan.Error is not null || binpack
            || BackgroundCheck.Look(RandomGrid.After(grid, plan), new ServiceHistory { ServiceId = RandomGrid.Asked, Running = true }, Now) is null;
    }, iter: 1_000);

    [Fact]
    public void Without_restrictions_zones_and_nodes_get_equal_shares() =>
        Gen.Select(Gen.Int[1, 10], Gen.Int[1, 4], Gen.Int[0, 30]).Sample((nodes, zones, instances) =>
        {
            var all = Enumerable.Range(1, nodes).Select(n => Some.Node(n, $"az={n % zones}")).ToArray();
            var plan = Planner.Plan(Some.Grid(all, Some.Planned(Some.Service("web"), instances)), Some.ServiceId("web"));
            var perNode = all.Select(n => (n.Zone, Count: plan.Placements.Count(p => p.NodeId == n.Id))).ToArray();
            var perZone = perNode.GroupBy(n => n.Zone).Select(z => z.Sum(n => n.Count)).ToArray();
            Assert.True(perZone.Max() - perZone.Min() <= 1);
            Assert.All(perNode.GroupBy(n => n.Zone), z => Assert.True(z.Max(n => n.Count) - z.Min(n => n.Count) <= 1));
        });

    [Fact]
    public void A_daemon_without_restrictions_is_on_every_node_that_takes_instances() => RandomGrid.Any
        .Select(grid => RandomGrid.With(grid, s => s with
        {
            Spec = new ServiceSpec { Name = "s0", Image = "image:1", Deploy = new DeployOptions { Strategy = Planner.Daemon } },
        }))
        .Sample((GridSnapshot grid) =>
        {
            var plan = Planner.Plan(grid, RandomGrid.Asked);
            return plan.Error?.Code is FilterCode.NoNodes || grid.Nodes.All(node =>
                plan.Placements.Count(p => p.NodeId == node.Id)
                == (node is { Connected: true, Availability: NodeAvailability.Active } ? RandomGrid.Service(grid).Instances : 0));
        }, iter: 1_000);

    [Fact]
    public void Only_the_highest_numbers_are_removed_and_none_of_a_stateful_daemon() => RandomGrid.Any.Sample((GridSnapshot grid) =>
    {
        var service = RandomGrid.Service(grid);
        var plan = Planner.Plan(grid, service.Id);
        var kept = service.Rows.Select(row => row.Number).Except(plan.Removed).DefaultIfEmpty(0).Max();
        return plan.Removed.All(number => number > kept) && (service.Spec is not { Stateful: true, Deploy.Strategy: Planner.Daemon } || plan.Removed.IsEmpty);
    }, iter: 1_000);

    [Fact]
    public void An_error_names_the_instance_and_a_reason_for_every_node() => RandomGrid.Any.Sample((GridSnapshot grid) =>
    {
        if (Planner.Plan(grid, RandomGrid.Asked).Error is { } error)
        {
            Assert.Contains($"s0-{error.Number}", error.Message, StringComparison.Ordinal);
            Assert.Equal(grid.Nodes.Select(n => n.Id).Order(), error.Rejected.Select(r => r.NodeId).Order());
            Assert.All(error.Rejected, r => Assert.Contains($"{r.Node} {r.Reason}".Split(' ')[0], error.Message, StringComparison.Ordinal));
            Assert.All(error.Rejected, r => Assert.NotEmpty(r.Reason));
            Assert.True(grid.Nodes.IsEmpty || error.Rejected.Any(r => r.Code == error.Code), $"{error.Code} rejected nobody: {error.Message}");
        }
    }, iter: 1_500);

    [Fact]
    public void Asking_for_less_never_makes_an_instance_unplaceable() => RandomGrid.Any
        .Select(grid => RandomGrid.With(grid, s => s with
        {
            Instances = 1,
            Spec = s.Spec with { Affinity = [.. s.Spec.Affinity.Where(rule => !rule.Contains("=~", StringComparison.Ordinal))] },
        }))
        .Sample((GridSnapshot grid) =>
        {
            if (RandomGrid.Service(grid).Spec.Deploy.Strategy == Planner.Daemon || Planner.Plan(grid, RandomGrid.Asked).Error is not null)
            {
                return;
            }
            foreach (var less in (Func<ServiceSpec, ServiceSpec>[])
            [
                s => s with { Ports = [] }, s => s with { Affinity = [] }, s => s with { MemoryBytes = null },
                s => s with { Deploy = s.Deploy with { ReserveMemoryBytes = null, ReserveCpus = null } },
            ])
            {
                Assert.Null(Planner.Plan(RandomGrid.With(grid, s => s with { Spec = less(s.Spec) }), RandomGrid.Asked).Error);
            }
        }, iter: 1_000);
}
