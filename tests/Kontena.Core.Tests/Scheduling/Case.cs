using System.Collections.Immutable;
using System.Text.Json;
using Kontena.Core.Nodes;
using Kontena.Core.Scheduling;
using Kontena.Core.Services;

namespace Kontena.Core.Tests.Scheduling;

/// <summary>One file of <c>Cases</c>. An absent expectation is not checked; an absent error means there must be none.</summary>
internal sealed record Case(
    string Id, string Kind, CaseGrid Grid, CaseNode[] Nodes, CaseVolume[] Volumes, CaseService[] Services, CaseRequest Request, CaseExpect Expect)
{
    public static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Case Read(string folder, string id) =>
        JsonSerializer.Deserialize<Case>(File.ReadAllText(Path.Combine(folder, id + ".json")), Json)!;

    public CaseService Asked => Services.Single(s => $"{s.Stack}/{s.Name}" == Request.Service);

    public void Deconstruct(out GridSnapshot grid, out (Guid Service, int Instance) asked, out CaseExpect expect)
    {
        var nodes = Nodes.ToDictionary(n => n.Name, n => Guid.CreateVersion7());
        var services = Services.Select(s => (Case: s, Snapshot: s.Snapshot(nodes))).ToList();
        grid = new GridSnapshot
        {
            Grid = "test",
            DefaultAffinity = [.. Grid.DefaultAffinity],
            Nodes = [.. Nodes.Select(n => n.Snapshot(nodes[n.Name]))],
            Services = [.. services.Select(s => s.Snapshot)],
            Volumes = [.. Volumes.Select(v => new VolumeSnapshot(v.Name, v.Scope, v.Driver, v.Pin == "require"))],
        };
        asked = (services.Single(s => s.Case == Asked).Snapshot.Id, Request.Instance ?? 1);
        expect = Expect;
    }
}

internal sealed record CaseGrid(string[] DefaultAffinity);

internal sealed record CaseNode(
    string Name, int Number, string[]? Labels, string Availability, bool Connected, double? LastSeenSecondsAgo, decimal? Cpus, long? MemTotal,
    CaseMemory? Memory, string[] VolumeDrivers, string[] VolumeInstances, CaseContainer[] Containers)
{
    public NodeSnapshot Snapshot(Guid id) => new()
    {
        Id = id,
        Name = Name,
        Number = Number,
        Labels = [.. Labels ?? []],
        Availability = Availability == "drain" ? NodeAvailability.Drain : NodeAvailability.Active,
        Connected = Connected,
        LastSeenAt = LastSeenSecondsAgo is { } seconds ? Case.Now.AddSeconds(-seconds) : null,
        Cpus = Cpus,
        MemoryTotalBytes = MemTotal,
        Memory = Memory is { } m ? new NodeMemory(m.Total, m.Free, m.Cached, m.Buffers) : null,
        VolumeDrivers = [.. VolumeDrivers],
        VolumeInstances = [.. VolumeInstances],
        Containers = [.. Containers.Select(c => new NodeContainer(c.Name, c.Service, c.Stack, c.Instance))],
    };
}

internal sealed record CaseMemory(long Total, long Free, long Cached, long Buffers);

internal sealed record CaseContainer(string Name, string? Service, string? Stack, int? Instance);

internal sealed record CaseVolume(string Name, string Scope, string Driver, string Pin);

internal sealed record CaseService(
    string Name, string Stack, string Strategy, int Instances, bool Stateful, string State, string[] Affinity, CasePort[] Ports, decimal? Cpus,
    long? Memory, long? MemorySwap, long? PeakMemoryLastHour, decimal? ReserveCpus, long? ReserveMemory, string Net, string?[] Volumes,
    string[] VolumesFrom, CaseRow[] Existing, bool Deploying, bool StackDeploying, double? DeployedSecondsAgo, double? UpdatedSecondsAgo,
    double? DeployInterval, int FailedDeploys, double? LastFailedSecondsAgo)
{
    public ServiceHistory History(Guid id) => new()
    {
        ServiceId = id,
        Running = State == "running",
        Deploying = Deploying,
        StackDeploying = StackDeploying,
        DeployedAt = Ago(DeployedSecondsAgo),
        ChangedAt = Ago(UpdatedSecondsAgo),
        FailedInARow = FailedDeploys,
        LastFailedAt = Ago(LastFailedSecondsAgo),
    };

    private static DateTimeOffset? Ago(double? seconds) => seconds is { } known ? Case.Now.AddSeconds(-known) : null;

    public ServiceSnapshot Snapshot(IReadOnlyDictionary<string, Guid> nodes) => new()
    {
        Id = Guid.CreateVersion7(),
        Stack = Stack,
        Instances = Instances,
        PeakMemoryBytes = PeakMemoryLastHour,
        Rows = [.. Existing.Select(e => new InstanceRow(e.Number, e.Node is { } name ? nodes[name] : null))],
        Spec = new ServiceSpec
        {
            Name = Name,
            Image = "image:1",
            Stateful = Stateful,
            Affinity = [.. Affinity],
            Ports = [.. Ports.Select(p => new PortMapping(p.Ip, p.NodePort, p.ContainerPort, p.Protocol))],
            Cpus = Cpus,
            MemoryBytes = Memory,
            MemorySwapBytes = MemorySwap,
            Net = Net,
            Volumes = [.. Volumes.Select((v, i) =>
                new VolumeMount(v is null ? VolumeMountKind.Anonymous : VolumeMountKind.Named, v, $"/mnt/{i}", null))],
            VolumesFrom = [.. VolumesFrom],
            Deploy = new DeployOptions
            {
                Strategy = Strategy,
                ReserveCpus = ReserveCpus,
                ReserveMemoryBytes = ReserveMemory,
                Interval = DeployInterval is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            },
        },
    };
}

internal sealed record CasePort(string Ip, string Protocol, int NodePort, int ContainerPort);

internal sealed record CaseRow(int Number, string? Node);

internal sealed record CaseRequest(string Service, int? Instance);

internal sealed record CaseExpect(
    string[]? Candidates, CaseError? Error, Dictionary<string, string>? Assign, Dictionary<string, int>? Counts, Dictionary<string, int>? Zones,
    int? InstanceCount, int[]? Removed, int[]? Skipped, bool? Reschedule);

internal sealed record CaseError(int Instance, string Code);
