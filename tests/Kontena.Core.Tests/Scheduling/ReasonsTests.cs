using Kontena.Core.Nodes;
using Kontena.Core.Scheduling;
using Kontena.Core.Services;

namespace Kontena.Core.Tests.Scheduling;

/// <summary>What operators read: why here, and why not there.</summary>
public sealed class ReasonsTests
{
    private static readonly ServiceSpec Web = Some.Service();

    [Fact]
    public void No_connected_node() => Assert.Equal(
        "No node can run web-1: none is connected: node-1 has never connected; node-2 is offline.",
        Error(Web, Some.Node(1) with { Connected = false }, Some.Node(2) with { Connected = false, LastSeenAt = DateTimeOffset.UnixEpoch }));

    [Fact]
    public void No_node_at_all() => Assert.Equal("No node can run web-1: the grid has no nodes. Add one.",
        Planner.Plan(Some.Grid([], Some.Planned(Web, 1)), Some.ServiceId("web")).Error?.Message);

    [Fact]
    public void Drained_and_too_small_besides() => Assert.Equal(
        "No node can run web-1: node-1 is drained and has 1 CPU, 2 needed.",
        Error(Web with { Cpus = 2 }, Some.Node(1) with { Cpus = 1, Availability = NodeAvailability.Drain }));

    [Fact]
    public void Ephemeral() => Assert.Equal("No node can run web-1: node-1 is labelled ephemeral and the service keeps data.",
        Error(Web with { Stateful = true }, Some.Node(1, "ephemeral")));

    [Fact]
    public void Affinity() => Assert.Equal("No node can run web-1: node-1 does not meet the affinity 'label==ssd'.",
        Error(Web with { Affinity = ["label==ssd"] }, Some.Node(1)));

    [Fact]
    public void A_rule_that_cannot_be_read_is_named() => Assert.Equal(
        "No node can run web-1: node-1 was not considered: The affinity rule 'zone==a' begins with 'zone'; use node, label, service or container.",
        Error(Web with { Affinity = ["zone==a"] }, Some.Node(1)));

    [Fact]
    public void A_port_that_another_service_has() => Assert.Equal("No node can run web-1: node-1 has its port 80/tcp taken by shop.old-1.",
        Planner.Plan(
            Some.Grid([Some.Node(1)], Some.Planned(Published(Web), 1), Some.Planned(Published(Some.Service("old")), 1, 1)), Some.ServiceId("web")).Error?.Message);

    [Fact]
    public void A_port_that_a_stranger_has() => Assert.Equal("No node can run web-1: node-1 has its port 80/tcp taken by something that is not Kontena's.",
        Error(Published(Web), Some.Node(1) with { ForeignPorts = [new ForeignPort("127.0.0.1", 80, "tcp")] }));

    [Fact]
    public void Too_little_memory() => Assert.Equal(
        "No node can run web-1: node-1 has 256 MB memory, 512 MB needed; node-2 has 100 MB free, 512 MB needed.",
        Error(Web with { MemoryBytes = 512L << 20 }, Some.Node(1).WithMemory(256, 200), Some.Node(2).WithMemory(1024, 100)));

    [Fact]
    public void Memory_that_is_promised_to_others() => Assert.Equal(
        "No node can run web-1: node-1 has 1 GB of memory and 768 MB of it is reserved, 512 MB needed.",
        Planner.Plan(
            Some.Grid([Some.Node(1).WithMemory(1024, 1000)], Some.Planned(Reserving(Web, 512), 1), Some.Planned(Reserving(Some.Service("old"), 768), 1, 1)),
            Some.ServiceId("web")).Error?.Message);

    [Fact]
    public void A_companion_that_is_not_there() => Assert.Equal(
        "No node can run web-1: node-1 has no container db-1, whose network web-1 shares.", Error(Web with { Net = "container:db-%s" }, Some.Node(1)));

    [Fact]
    public void Data_on_a_node_that_is_away() => Assert.Equal(
        "No node can run web-1: its data is on node-2, which is offline; node-1 does not hold the data of web-1.",
        Planner.Plan(
            Some.Grid([Some.Node(1), Some.Node(2) with { Connected = false, LastSeenAt = DateTimeOffset.UnixEpoch }],
                Some.Planned(Web with { Stateful = true }, 1, 2)), Some.ServiceId("web")).Error?.Message);

    [Fact]
    public void A_number_that_comes_back_goes_to_the_data_that_it_left()
    {
        var stateful = Some.Planned(Web with { Stateful = true }, 2, 1);
        var nodes = new[] { Some.Node(1), Some.Node(2), Some.Node(3) with { VolumeInstances = ["shop.web..bd47413b-2"] } };
        Assert.Equal(Some.NodeId(3), Planner.Plan(Some.Grid(nodes, stateful), stateful.Id).Placements[1].NodeId);
        nodes[2] = nodes[2] with { Availability = NodeAvailability.Drain };
        var error = Planner.Plan(Some.Grid(nodes, stateful), stateful.Id).Error;
        Assert.Equal(FilterCode.VolumePinned, error?.Code);
        Assert.Contains("node-1 does not hold the data of web-2 (it is on node-3)", error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Why_here() => Assert.Equal(
        [
            "Of the equally empty nodes it uses the least memory, 25 %.", // web-1 on node-2, zone b
            "Zone a has the fewest instances of web.",                    // web-2 on node-1
            "It has the fewest instances of web.",                        // web-3 on node-3, zone b again
        ],
        Planner.Plan(
            Some.Grid(
                [Some.Node(1, "az=a").WithMemory(1000, 400), Some.Node(2, "az=b").WithMemory(1000, 750), Some.Node(3, "az=b").WithMemory(1000, 100)],
                Some.Planned(Web, 3)), Some.ServiceId("web")).Placements.Select(p => p.Why));

    [Fact]
    public void A_big_grid_gives_a_short_message_and_all_reasons()
    {
        var error = Planner.Plan(Some.Grid(
            Enumerable.Range(1, 254).Select(n => Some.Node(n)), Some.Planned(Web with { Affinity = ["label==ssd"] }, 1)), Some.ServiceId("web")).Error!;
        Assert.Equal(254, error.Rejected.Length);
        Assert.InRange(error.Message.Length, 1_000, 5_000);
        Assert.EndsWith(" more nodes.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_of_thousands_of_instances_stays_small_enough_to_store()
    {
        var nodes = Enumerable.Range(1, 100).Select(n => n == 1 ? Some.Node(1, "ssd") : Some.Node(n));
        var plan = Planner.Plan(Some.Grid(nodes, Some.Planned(Web with { Affinity = ["label==ssd"] }, 2_000)), Some.ServiceId("web"));
        Assert.Equal(2_000, plan.Placements.Length);
        Assert.InRange(plan.Placements.Sum(p => p.Rejected.Length), 1, 5_000);
        Assert.Equal(99, plan.Placements[0].Rejected.Length);
    }

    private static ServiceSpec Published(ServiceSpec spec) => spec with { Ports = [new PortMapping("0.0.0.0", 80, 80, "tcp")] };

    private static ServiceSpec Reserving(ServiceSpec spec, long mebibytes) =>
        spec with { Deploy = new DeployOptions { ReserveMemoryBytes = mebibytes << 20 } };

    private static string? Error(ServiceSpec spec, params NodeSnapshot[] nodes) =>
        Planner.Plan(Some.Grid(nodes, Some.Planned(spec, 1)), Some.ServiceId(spec.Name)).Error?.Message;
}
