using System.Threading.Channels;
using Kontena.Agent.Docker;
using Kontena.Agent.Logs;
using Kontena.Agent.Nodes;
using Kontena.Agent.Services;
using Kontena.Agent.Volumes;
using Kontena.Core.Protocol;
using Microsoft.Extensions.Logging;

namespace Kontena.Agent.Master;

/// <summary>What is said on one connection: orders pulled, reports and facts pushed, a heartbeat. The first that fails ends all.</summary>
internal sealed partial class MasterSession(
    InstanceReconciler instances, ReportOutbox outbox, NodeFactsReader facts, VolumeInventoryReader volumes, NodeChanges changes,
    IEngine engine, EngineHealth health, LogSpool logs, TimeProvider time, ILogger<MasterSession> logger)
{
    private const int ReportsPerMessage = 100;
    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReportAllEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FactsEvery = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan VolumesEvery = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan FactsAtMostEvery = TimeSpan.FromSeconds(2);

    /// <summary>Between two messages with reports; what changes meanwhile goes as one.</summary>
    private static readonly TimeSpan ReportAtMostEvery = TimeSpan.FromMilliseconds(100);

    private readonly Channel<bool> _look = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>The master has something new for this node.</summary>
    public void LookAgain() => _look.Writer.TryWrite(true);

    public async Task RunAsync(IMasterHub hub, Welcome welcome, CancellationToken closed)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(closed);
        outbox.SendAllAgain();
        Task[] all =
        [
            PullAsync(hub, welcome, ended.Token), ReportAsync(hub, ended.Token), ReportAllAsync(ended.Token),
            FactsAsync(hub, ended.Token), BeatAsync(hub, ended.Token),
        ];
        var first = await Task.WhenAny(all);
        await ended.CancelAsync();
        await Task.WhenAll(all.Select(t => t.ContinueWith(static _ => { }, CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default)));
        await first;
    }

    private async Task PullAsync(IMasterHub hub, Welcome welcome, CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            var since = instances.DataGeneration == welcome.DataGeneration ? instances.Generation : 0;
            await instances.ApplyAsync(await hub.GetDesiredAsync(since), ended);
            using var limit = new CancellationTokenSource(PollEvery, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ended);
            try
            {
                await _look.Reader.ReadAsync(either.Token);
            }
            catch (OperationCanceledException) when (!ended.IsCancellationRequested)
            {
                // No hint came; hints may be lost, so it is asked anyway.
            }
        }
    }

    private async Task ReportAsync(IMasterHub hub, CancellationToken ended)
    {
        for (var sequence = 1L; !ended.IsCancellationRequested; sequence++)
        {
            var reports = await outbox.NextAsync(ReportsPerMessage, ended);
            await hub.ReportInstancesAsync(new(sequence, [.. reports]));
            outbox.Acknowledge(reports);
            await Task.Delay(ReportAtMostEvery, time, ended);
        }
    }

    private async Task ReportAllAsync(CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            await Task.Delay(ReportAllEvery, time, ended);
            outbox.SendAllAgain();
        }
    }

    private async Task FactsAsync(IMasterHub hub, CancellationToken ended)
    {
        NodeFacts? toldFacts = null;
        VolumeInventory? toldVolumes = null;
        var (factsAt, volumesAt) = (DateTimeOffset.MinValue, DateTimeOffset.MinValue);
        while (!ended.IsCancellationRequested)
        {
            try
            {
                var now = time.GetUtcNow();
                var node = await facts.ReadAsync(ended);
                if (now - factsAt >= FactsEvery || !NodeFactsReader.Same(node, toldFacts))
                {
                    await hub.ReportNodeAsync(node);
                    (toldFacts, factsAt) = (node, now);
                }
                var inventory = await volumes.ReadAsync(ended);
                if (now - volumesAt >= VolumesEvery || toldVolumes is null || !inventory.Volumes.SequenceEqual(toldVolumes.Volumes))
                {
                    await hub.ReportVolumesAsync(inventory);
                    (toldVolumes, volumesAt) = (inventory, now);
                }
            }
            catch (EngineException e)
            {
                FactsNotRead(e.Message); // the heartbeat tells the master; the connection is not to blame
            }
            await Task.Delay(FactsAtMostEvery, time, ended);
            await changes.WaitAsync(PollEvery, time, ended);
        }
    }

    private async Task BeatAsync(IMasterHub hub, CancellationToken ended)
    {
        for (var sequence = 1L; !ended.IsCancellationRequested; sequence++)
        {
            try
            {
                await engine.PingAsync(ended);
                health.Answered();
            }
            catch (EngineException e)
            {
                health.Failed(e.Message);
            }
            await hub.HeartbeatAsync(new(sequence, instances.Generation, outbox.Count, logs.WaitingBlocks, logs.LinesLost,
                health.Problem, instances.GuardEngaged));
            await Task.Delay(BeatEvery, time, ended);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The facts of this node cannot be read: {Why}")]
    private partial void FactsNotRead(string why);
}
