using System.Collections.Immutable;
using CsCheck;
using Kontena.Core.Nodes;
using Kontena.Core.Scheduling;
using Kontena.Core.Services;

namespace Kontena.Core.Tests.Scheduling;

/// <summary>Grids of all kinds, with services that want all kinds of things.</summary>
internal static class RandomGrid
{
    private static readonly Gen<ImmutableArray<string>> Labels = Gen.Select(
        Gen.OneOf(Gen.Const("az=a"), Gen.Const("az=b"), Gen.Const("az=c"), Gen.Const("")), Gen.Bool, Gen.Int[0, 5], (zone, ssd, ephemeral) =>
            (ImmutableArray<string>)[.. new[] { zone, ssd ? "ssd" : "", ephemeral == 0 ? "ephemeral=no" : "" }.Where(label => label.Length > 0)]);

    private static readonly Gen<NodeSnapshot> OneNode = Gen.Select(
        Labels, Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, 8], Gen.Int[0, 100], Gen.Int[0, 4], (labels, drained, away, gigabytes, free, cpus) => new NodeSnapshot
        {
            Id = Guid.Empty,
            Name = "",
            Number = 0,
            Labels = labels,
            Availability = drained == 0 ? NodeAvailability.Drain : NodeAvailability.Active,
            Connected = away != 0,
            Cpus = cpus == 0 ? null : cpus,
            MemoryTotalBytes = gigabytes == 0 ? null : (long)gigabytes << 30,
            Memory = gigabytes == 0 || free == 100 ? null : new NodeMemory((long)gigabytes << 30, ((long)gigabytes << 30) * free / 100, 0, 0),
            VolumeDrivers = cpus == 1 ? ["local", "rexray"] : ["local"],
            ForeignPorts = free == 7 ? [new ForeignPort("0.0.0.0", 80, "tcp")] : [],
        });

    private static readonly Gen<ImmutableArray<string>> Affinity = Gen.OneOf(
        Gen.Const<string[]>([]), Gen.Const<string[]>([]), Gen.Const<string[]>(["label==ssd"]), Gen.Const<string[]>(["node!=node-2"]),
        Gen.Const<string[]>(["label==~az=a"]), Gen.Const<string[]>(["label==ssd", "label!=~az=b"]), Gen.Const<string[]>(["service!=s0"]),
        Gen.Const<string[]>(["node==/[1-5]$/"])).Select(rules => rules.ToImmutableArray());

    private static readonly Gen<ServiceSpec> OneSpec = Gen.Select(
        Affinity, Gen.Int[0, 3], Gen.Int[0, 5], Gen.Int[0, 4], Gen.Int[0, 5], Gen.Int[0, 5], Gen.Int[0, 4],
        (affinity, strategy, stateful, port, memory, reserve, volume) => new ServiceSpec
        {
            Name = "",
            Image = "image:1",
            Affinity = affinity,
            Stateful = stateful == 0,
            Ports = port == 0 ? [new PortMapping("0.0.0.0", 80, 80, "tcp")] : port == 1 ? [new PortMapping("10.0.0.1", 80, 80, "tcp")] : [],
            MemoryBytes = memory == 0 ? 1L << 30 : null,
            Cpus = memory == 1 ? 2 : null,
            Volumes = volume == 0 ? [new VolumeMount(VolumeMountKind.Named, "shared", "/shared", null)] : [],
            Deploy = new DeployOptions
            {
                Strategy = Planner.StrategyNames[strategy],
                ReserveMemoryBytes = reserve == 0 ? 1L << 30 : null,
                ReserveCpus = reserve == 1 ? 1 : null,
            },
        });

    private static readonly Gen<ServiceSnapshot> OneService = Gen.Select(OneSpec, Gen.Int[0, 6], Gen.Int[0, 12].Array[0, 7], (spec, instances, rows) =>
        new ServiceSnapshot
        {
            Id = Guid.Empty,
            Stack = "shop",
            Spec = spec,
            Instances = spec.Deploy.Strategy == Planner.Daemon ? instances % 3 : instances,
            DeployRev = 7,
            Rows = [.. rows.Select((node, i) => new InstanceRow(i + 1, node == 0 ? null : Some.NodeId(node)))],
        });

    /// <summary>The planned service is the first; rows on nodes that the grid does not have lost their node.</summary>
    public static readonly Gen<GridSnapshot> Any = Gen.Select(OneNode.Array[0, 9], OneService.Array[1, 4], (nodes, services) => new GridSnapshot
    {
        Grid = "test",
        Nodes = [.. nodes.Select((node, i) => node with { Id = Some.NodeId(i + 1), Name = $"node-{i + 1}", Number = i + 1 })],
        Services = [.. services.Select((service, i) => service with
        {
            Id = Some.ServiceId($"s{i}"),
            Spec = service.Spec with { Name = $"s{i}" },
            Rows = [.. service.Rows.Select(row => row.NodeId is { } id && NumberOf(id) <= nodes.Length
                ? row
                : row with { NodeId = null })],
        })],
        Volumes = [new VolumeSnapshot("shared", "grid", "rexray", false)],
    });

    public static Guid Asked => Some.ServiceId("s0");

    public static ServiceSnapshot Service(GridSnapshot grid) => grid.Services.Single(s => s.Id == Asked);

    public static GridSnapshot With(GridSnapshot grid, Func<ServiceSnapshot, ServiceSnapshot> change) =>
        grid with { Services = [.. grid.Services.Select(s => s.Id == Asked ? change(s) : s)] };

    /// <summary>The grid after a deploy by this plan.</summary>
    public static GridSnapshot After(GridSnapshot grid, ServicePlan plan) => With(grid, service => service with
    {
        Rows =
        [
            .. service.Rows.Where(row => !plan.Removed.Contains(row.Number) && plan.Placements.All(p => p.Number != row.Number))
                .Concat(plan.Placements.Select(p => new InstanceRow(p.Number, p.NodeId))).OrderBy(row => row.Number),
        ],
    });

    private static int NumberOf(Guid id) => BitConverter.ToInt32(id.ToByteArray());
}
