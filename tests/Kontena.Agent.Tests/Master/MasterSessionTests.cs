using System.Threading.Channels;
using Kontena.Agent.Docker;
using Kontena.Agent.Master;
using Kontena.Agent.Tests.Fakes;
using Kontena.Core.Protocol;
using Xunit;

namespace Kontena.Agent.Tests.Master;

public sealed class MasterSessionTests
{
    private static readonly Welcome Welcome = new(null, Some.Grid, "prod", Some.Node, "host", 1, Some.Data);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_engine_that_does_not_answer_is_told_with_the_heartbeat_and_so_is_its_return()
    {
        await using var agent = await AgentHarness.StartAsync(Cancel);
        var master = new RecordingMaster();
        using var closed = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var session = agent.Get<MasterSession>().RunAsync(master, Welcome, closed.Token);
        Assert.Null((await master.Beats.Reader.ReadAsync(Cancel)).EngineProblem);

        agent.Engine.Away = new(EngineFault.Unavailable, "The container engine did not answer within 5 s (ping).");
        Assert.Equal("The container engine did not answer within 5 s (ping).", (await NextBeatAsync(agent, master)).EngineProblem);
        agent.Engine.Away = null;
        Assert.Null((await NextBeatAsync(agent, master)).EngineProblem);

        await closed.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session);
    }

    [Fact]
    public async Task A_call_that_fails_ends_the_session_and_its_reports_wait_for_the_next()
    {
        await using var agent = await AgentHarness.StartAsync(Cancel);
        agent.Outbox.Put(new() { InstanceId = Guid.CreateVersion7(), Epoch = 1, DeployRev = 1, State = InstanceState.Running });
        var broken = new RecordingMaster { Reporting = () => throw new IOException("the connection broke") };

        var failure = await Assert.ThrowsAsync<IOException>(() => agent.Get<MasterSession>().RunAsync(broken, Welcome, Cancel));

        Assert.Equal("the connection broke", failure.Message);
        Assert.Equal(1, agent.Outbox.Count);
    }

    private static async Task<Heartbeat> NextBeatAsync(AgentHarness agent, RecordingMaster master)
    {
        var next = master.Beats.Reader.ReadAsync(Cancel).AsTask();
        while (!next.IsCompleted)
        {
            agent.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Cancel)); // the loop has to come to its wait
        }
        return await next;
    }

    private sealed class RecordingMaster : IMasterHub
    {
        public Channel<Heartbeat> Beats { get; } = Channel.CreateUnbounded<Heartbeat>();

        public Func<Task> Reporting { get; init; } = () => Task.CompletedTask;

        public Task<Welcome> HelloAsync(Hello hello) => Task.FromResult(Welcome);

        public Task<DesiredSet> GetDesiredAsync(long since) => Task.FromResult(Some.Set(1));

        public Task ReportInstancesAsync(InstanceReports reports) => Reporting();

        public Task ReportNodeAsync(NodeFacts facts) => Task.CompletedTask;

        public Task ReportVolumesAsync(VolumeInventory inventory) => Task.CompletedTask;

        public Task HeartbeatAsync(Heartbeat beat)
        {
            Beats.Writer.TryWrite(beat);
            return Task.CompletedTask;
        }
    }
}
