using Kontena.Core.Protocol;
using Kontena.Core.Services;
using Kontena.Core.Volumes;
using Kontena.TestKit;
using Kontena.TestKit.Engines;
using Xunit;

namespace Kontena.Integration.Tests.Agent;

/// <summary>Data outlives containers, and an empty volume never takes its place unnoticed.</summary>
[Trait("Needs", "Docker")]
public sealed class DataTests(TestEngine engine)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ServiceSpec Stateful(ServiceSpec spec) => spec with
    {
        Stateful = true,
        Image = BusyboxImage.WithVolume,
        Volumes = [new(VolumeMountKind.Anonymous, null, "/data/", null)],
    };

    [Fact]
    public async Task The_data_of_a_stateful_instance_survives_recreation_and_termination()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var order = rig.Order("db", spec: Stateful);
        await rig.Master.WantAsync(order);
        await rig.ReadyAsync(order, Cancel);
        await rig.ExecAsync(order, $"echo mine > /data/file; echo image > {BusyboxImage.VolumePath}/file", Cancel);

        var next = order with { DeployRev = 2, Revision = 2 };
        await rig.Master.WantAsync(next);
        await rig.ReadyAsync(next, Cancel);
        var (_, output) = await rig.ExecAsync(order, $"cat /data/file {BusyboxImage.VolumePath}/file", Cancel);
        Assert.Equal("mine\nimage\n", output);

        await rig.Master.WantAsync(next with { Desired = DesiredState.Terminated });
        await rig.ReportAsync(order, r => r.State is InstanceState.Terminated, "is terminated", Cancel);
        var volumes = await engine.VolumesAsync(Cancel, $"{TestEngine.GridLabel}={rig.Master.Grid}");
        Assert.Equal(
            new[] { VolumeNaming.DockerNameOfPath(rig.Stack, "db", "/data", 1), VolumeNaming.DockerNameOfPath(rig.Stack, "db", BusyboxImage.VolumePath, 1) }.Order(),
            volumes.Select(v => v.Name).Order());
    }

    [Fact]
    public async Task Managed_volumes_are_reported_with_what_identifies_them()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var order = rig.Order("db", spec: Stateful);
        await rig.Master.WantAsync(order);
        await rig.ReadyAsync(order, Cancel);

        await Eventually.UntilAsync(
            () => rig.Master.Volumes is { Volumes.Length: 2 } told && told.Volumes.All(v => v.InUse), AgentRig.Soon, "both volumes are reported", Cancel);
        var volume = rig.Master.Volumes!.Volumes.Single(v => v.Path == "/data");
        Assert.Equal((order.ServiceId, "db", 1, rig.Stack), (volume.ServiceId, volume.Service, volume.Number, volume.Stack));
        Assert.NotEqual(default, volume.Uid);
    }

    [Fact]
    public async Task An_instance_whose_known_volume_is_missing_does_not_start_and_says_so()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var name = VolumeNaming.DockerNameOfPath(rig.Stack, "db", "/data", 1);
        var order = rig.Order("db", spec: Stateful) with { KnownVolumes = [new(Guid.CreateVersion7(), name, "/data")] };
        await rig.Master.WantAsync(order);

        var report = await rig.ReportAsync(order, r => r.Error is not null, "has an error", Cancel);

        Assert.Equal(InstanceState.Missing, report.State);
        Assert.Contains($"volume '{name}' (/data) is missing on this node", report.Error, StringComparison.Ordinal);
        Assert.Empty(await engine.VolumesAsync(Cancel, $"{TestEngine.GridLabel}={rig.Master.Grid}"));
    }

    [Fact]
    public async Task A_new_service_of_the_same_name_does_not_get_the_old_data_silently()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var first = rig.Order("db", spec: Stateful);
        await rig.Master.WantAsync(first);
        await rig.ReadyAsync(first, Cancel);
        await rig.Master.WantAsync(first with { Desired = DesiredState.Terminated });
        await rig.ReportAsync(first, r => r.State is InstanceState.Terminated, "is terminated", Cancel);

        var second = rig.Order("db", spec: Stateful);
        await rig.Master.WantAsync(second);

        var report = await rig.ReportAsync(second, r => r.Error is not null, "has an error", Cancel);
        Assert.Contains("holds the data of something else", report.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_volume_is_made_with_its_driver_and_shared_by_name()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var dockerName = $"{rig.Stack}.uploads";
        var order = rig.Order("web", spec: s => s with { Volumes = [new(VolumeMountKind.Named, "uploads", "/uploads", null)] }) with
        {
            Volumes = [new("uploads", dockerName, "local", System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty, "stack")],
        };
        await rig.Master.WantAsync(order);
        await rig.ReadyAsync(order, Cancel);

        var volume = Assert.Single(await engine.VolumesAsync(Cancel, $"{TestEngine.GridLabel}={rig.Master.Grid}"));
        Assert.Equal(dockerName, volume.Name);
        Assert.Contains((await rig.InspectAsync(order, Cancel)).Mounts!, m => m.Name == dockerName && m.Destination == "/uploads");
    }
}
