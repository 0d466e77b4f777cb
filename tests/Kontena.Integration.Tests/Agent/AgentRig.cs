using System.Collections.Immutable;
using Kontena.Agent;
using Kontena.Agent.Nodes;
using Kontena.Core.Protocol;
using Kontena.Core.Services;
using Kontena.TestKit;
using Kontena.TestKit.Engines;
using Microsoft.Extensions.Hosting;
using ContainerInspectResponse = Docker.DotNet.Models.ContainerInspectResponse;

namespace Kontena.Integration.Tests.Agent;

/// <summary>A master, an agent and a real engine, with a grid, a network and names of their own.</summary>
internal sealed class AgentRig : IAsyncDisposable
{
    public static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);
    private static int s_networks;
    private readonly TestEngine _engine;
    private readonly TemporaryFolder _data = new("agent");
    private readonly NetworkOrder _network;
    private IHost? _agent;

    private AgentRig(TestEngine engine, NetworkOrder network, FakeMaster master) => (_engine, _network, Master) = (engine, network, master);

    public FakeMaster Master { get; private set; }

    public TestEngine Engine => _engine;

    public string DataFolder => _data.Path;

    public string Network => _network.Name;

    /// <summary>Makes stack names of this rig unique on the engine.</summary>
    public string Stack { get; } = "t" + Guid.CreateVersion7().ToString("N")[^10..];

    public static async Task<AgentRig> StartAsync(TestEngine engine, CancellationToken cancel)
    {
        await engine.NeedAsync(cancel);
        await BusyboxImage.EnsureAsync(engine.Client, cancel);
        var grid = Guid.CreateVersion7();
        engine.Track(grid);
        // A range that belongs to these tests; the third number keeps tests of one run apart, the second those of two runs.
        var (run, number) = (160 + (Environment.ProcessId % 60), Interlocked.Increment(ref s_networks));
        var network = new NetworkOrder($"kt{Guid.CreateVersion7().ToString("N")[^10..]}", $"10.{run}.{number}.0/24", $"10.{run}.{number}.1", 1400);
        var rig = new AgentRig(engine, network, await FakeMaster.StartAsync(grid, network));
        await rig.StartAgentAsync(cancel);
        return rig;
    }

    public async Task StartAgentAsync(CancellationToken cancel, string? token = FakeMaster.JoinToken)
    {
        _agent = AgentHost.Build(new() { Master = Master.Address, JoinToken = token, DataFolder = DataFolder, Name = "host", Engine = TestEngine.Endpoint });
        AgentHost.Remember(_agent.Services);
        await _agent.StartAsync(cancel);
    }

    public T Get<T>()
        where T : notnull => (T)_agent!.Services.GetService(typeof(T))!;

    /// <summary>As a polite end of the process; containers run on.</summary>
    public async Task StopAgentAsync()
    {
        if (_agent is not null)
        {
            await _agent.StopAsync(CancellationToken.None);
            _agent.Dispose();
            _agent = null;
        }
    }

    public async Task StopMasterAsync() => await Master.DisposeAsync();

    /// <summary>At the same address, with the list that the last one had.</summary>
    public async Task StartMasterAsync()
    {
        var before = Master;
        Master = await FakeMaster.StartAsync(before.Grid, _network, before.Address.Port);
        Master.TakeOver(before);
    }

    public InstanceOrder Order(
        string service, string script = "trap 'exit 0' TERM; while :; do sleep 0.2; done", int number = 1, Func<ServiceSpec, ServiceSpec>? spec = null)
    {
        var made = new ServiceSpec
        {
            Name = service,
            Image = BusyboxImage.Reference,
            Command = ["/bin/sh", "-c", script],
            StopGrace = TimeSpan.FromSeconds(2),
        };
        return new()
        {
            InstanceId = Guid.CreateVersion7(),
            ServiceId = Guid.CreateVersion7(),
            Stack = Stack,
            Number = number,
            Epoch = 1,
            DeployRev = 1,
            Revision = 1,
            Desired = DesiredState.Running,
            Spec = spec is null ? made : spec(made),
        };
    }

    public static string NameOf(InstanceOrder order) => InstanceName.Container(order.Stack, order.Spec.Name, order.Number);

    public Task<InstanceReport> ReportAsync(InstanceOrder order, Func<InstanceReport, bool> condition, string what, CancellationToken cancel) =>
        Eventually.GetAsync(
            _ => Task.FromResult(Master.Reports.GetValueOrDefault(order.InstanceId) is { } report && condition(report) ? report : null),
            Soon, $"{NameOf(order)} {what}", cancel, () => $"Last report: {Master.Reports.GetValueOrDefault(order.InstanceId)}");

    /// <summary>Waits until the instance runs and is ready by the order's own deploy.</summary>
    public Task<InstanceReport> ReadyAsync(InstanceOrder order, CancellationToken cancel) => ReportAsync(
        order, r => r is { State: InstanceState.Running, Ready: true } && r.DeployRev == order.DeployRev && r.RestartDone >= order.RestartSequence,
        "is ready", cancel);

    public Task<ContainerInspectResponse> InspectAsync(InstanceOrder order, CancellationToken cancel) =>
        _engine.Client.Containers.InspectContainerAsync(NameOf(order), cancel);

    /// <summary>Runs a shell command in the instance's container.</summary>
    public async Task<(long ExitCode, string Output)> ExecAsync(InstanceOrder order, string script, CancellationToken cancel)
    {
        var exec = await _engine.Client.Exec.CreateContainerExecAsync(
            NameOf(order), new() { Cmd = ["/bin/sh", "-c", script], AttachStdout = true, AttachStderr = true }, cancel);
        using var stream = await _engine.Client.Exec.StartContainerExecAsync(exec.ID, new(), cancel);
        var (output, errors) = await stream.ReadOutputToEndAsync(cancel);
        return ((await _engine.Client.Exec.InspectContainerExecAsync(exec.ID, cancel)).ExitCode ?? -1, output + errors);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAgentAsync();
        await Master.DisposeAsync();
        await _engine.RemoveAsync($"{TestEngine.GridLabel}={Master.Grid}", CancellationToken.None);
        _data.Dispose();
    }
}
