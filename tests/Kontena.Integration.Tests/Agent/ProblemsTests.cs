using System.Net;
using System.Net.Sockets;
using Kontena.Core.Protocol;
using Kontena.Core.Services;
using Kontena.TestKit;
using Kontena.TestKit.Engines;
using Xunit;

namespace Kontena.Integration.Tests.Agent;

/// <summary>What goes wrong is said in words that name the thing and the remedy.</summary>
[Trait("Needs", "Docker")]
public sealed class ProblemsTests(TestEngine engine)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_port_that_a_container_holds_is_named_with_its_holder_and_nothing_else_is_touched()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var port = FreePort();
        ServiceSpec Publishing(ServiceSpec spec) => spec with { Ports = [new("0.0.0.0", port, 80, "tcp")] };
        var first = rig.Order("first", spec: Publishing);
        await rig.Master.WantAsync(first);
        await rig.ReadyAsync(first, Cancel);

        var second = rig.Order("second", spec: Publishing);
        await rig.Master.WantAsync(first, second);

        var report = await rig.ReportAsync(second, r => r.Error is not null, "has an error", Cancel);
        Assert.Contains($"port {port} of the node is in use by the container '{AgentRig.NameOf(first)}'", report.Error, StringComparison.Ordinal);
        Assert.True((await rig.InspectAsync(first, Cancel)).State!.Running);
    }

    [Fact]
    public async Task A_port_that_another_program_holds_is_named()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var order = rig.Order("web", spec: s => s with { Ports = [new("0.0.0.0", port, 80, "tcp")] });
        await rig.Master.WantAsync(order);

        var report = await rig.ReportAsync(order, r => r.Error is not null, "has an error", Cancel);
        Assert.Contains($"port {port} of the node is in use by the program '", report.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_image_is_said_before_the_running_container_is_touched()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var order = rig.Order("web");
        await rig.Master.WantAsync(order);
        await rig.ReadyAsync(order, Cancel);
        var before = await engine.RunningSinceAsync(rig.Master.Grid, Cancel);

        var wrong = order with
        {
            DeployRev = 2,
            Revision = 2,
            Spec = order.Spec with { Image = "kontena-test/nothing:9", Deploy = new() { Pull = "never" } },
        };
        await rig.Master.WantAsync(wrong);

        var report = await rig.ReportAsync(wrong, r => r.Error is not null && r.DeployRev == 2, "has an error", Cancel);
        Assert.Contains("the node has no image 'kontena-test/nothing:9'", report.Error, StringComparison.Ordinal);
        Assert.Equal(InstanceState.Running, report.State);
        Assert.Equal(before, await engine.RunningSinceAsync(rig.Master.Grid, Cancel));
    }

    [Fact]
    public async Task An_unreachable_registry_is_told_apart_and_a_local_image_serves_with_a_warning()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var local = "127.0.0.1:1/kontena-test/busybox:1";
        await engine.Client.Images.TagImageAsync(
            BusyboxImage.Reference, new() { RepositoryName = "127.0.0.1:1/kontena-test/busybox", Tag = "1" }, Cancel);
        var (present, absent) = (rig.Order("present", spec: s => s with { Image = local }), rig.Order("absent", spec: s => s with { Image = "127.0.0.1:1/nothing:1" }));
        await rig.Master.WantAsync(present, absent);

        var report = await rig.ReadyAsync(present, Cancel);
        Assert.Contains("the registry did not answer", report.Warning, StringComparison.Ordinal);
        var failed = await rig.ReportAsync(absent, r => r.Error is not null, "has an error", Cancel);
        Assert.Contains("there is no image '127.0.0.1:1/nothing:1' on the node", failed.Error, StringComparison.Ordinal);
        await engine.Client.Images.DeleteImageAsync(local, new() { Force = true }, Cancel); // the name only; the image has others
    }

    [Fact]
    public async Task A_command_that_the_image_does_not_have_is_named()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var order = rig.Order("web", spec: s => s with { Command = ["no-such-command"] });
        await rig.Master.WantAsync(order);

        var report = await rig.ReportAsync(order, r => r.Error is not null, "has an error", Cancel);
        Assert.Contains($"the image '{BusyboxImage.Reference}' has no command 'no-such-command'", report.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_a_foreign_container_has_is_an_error_and_that_container_stays()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var order = rig.Order("web");
        // It even carries our labels: copied ones prove nothing.
        var labels = new Dictionary<string, string>(engine.Labels)
        {
            ["io.kontena.instance.id"] = $"{order.InstanceId}",
            ["io.kontena.container.type"] = "container",
            ["io.kontena.proof"] = "0000",
        };
        var foreign = await engine.Client.Containers.CreateContainerAsync(
            new() { Image = BusyboxImage.Reference, Cmd = ["sleep", "600"], Name = AgentRig.NameOf(order), Labels = labels }, Cancel);
        await engine.Client.Containers.StartContainerAsync(foreign.ID, new(), Cancel);
        await rig.Master.WantAsync(order);

        var report = await rig.ReportAsync(order, r => r.Error is not null, "has an error", Cancel);
        Assert.Contains("a container of that name exists on the node that this grid did not make", report.Error, StringComparison.Ordinal);
        await rig.Master.WantAsync(order with { Desired = DesiredState.Terminated });
        await rig.ReportAsync(order, r => r.State is InstanceState.Terminated, "is terminated", Cancel);
        Assert.True((await engine.Client.Containers.InspectContainerAsync(foreign.ID, Cancel)).State!.Running);
    }

    [Fact]
    public async Task An_overlapping_subnet_is_named_with_the_network_that_has_it()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var (subnet, gateway) = (rig.Master.Set.Network.Subnet, rig.Master.Set.Network.Gateway);
        var other = $"kt-other-{rig.Stack}";
        await engine.Client.Networks.CreateNetworkAsync(
            new() { Name = other, Driver = "bridge", Labels = engine.Labels, IPAM = new() { Driver = "default", Config = [new() { Subnet = subnet, Gateway = gateway }] } }, Cancel);
        var order = rig.Order("web");
        await rig.Master.WantAsync(order);

        var report = await rig.ReportAsync(order, r => r.Error is not null, "has an error", Cancel);
        Assert.Contains($"overlaps with {subnet} of the engine's network '{other}'", report.Error, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
