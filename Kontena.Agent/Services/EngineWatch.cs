using Kontena.Agent.Docker;
using Kontena.Agent.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kontena.Agent.Services;

/// <summary>Follows the engine: keeps <see cref="ManagedContainers"/> right and wakes the worker of an instance when its container changed.</summary>
/// <remarks>First it subscribes, then it lists, then it takes in the events: nothing that happens in between is missed.</remarks>
internal sealed partial class EngineWatch(
    IEngine engine, ManagedContainers containers, InstanceReconciler instances, ThisNode node, NodeChanges changes,
    TimeProvider time, ILogger<EngineWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(10);
    private bool _hooksCleared;

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await node.WaitAsync(stopping);
                await FollowAsync(() => failures = 0, stopping);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                EventsBroke(e.Message, ++failures);
                var pause = TimeSpan.FromSeconds(Math.Min(MaxPause.TotalSeconds, failures));
                await Task.Delay(pause, time, stopping);
            }
        }
    }

    private async Task FollowAsync(Action works, CancellationToken stopping)
    {
        var subscribed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var events = engine.EventsAsync(subscribed.SetResult, stopping).GetAsyncEnumerator(stopping);
        var next = events.MoveNextAsync().AsTask();
        if (await Task.WhenAny(subscribed.Task, next) == next)
        {
            await next; // it failed before it was subscribed
        }
        await ListAsync(stopping);
        works();
        while (await next)
        {
            await TakeInAsync(events.Current, stopping);
            next = events.MoveNextAsync().AsTask();
        }
    }

    private async Task ListAsync(CancellationToken cancel)
    {
        var self = await node.WaitAsync(cancel);
        var found = new List<ManagedContainer>();
        foreach (var summary in await engine.ListContainersAsync(cancel))
        {
            if (self.Proof.Identify(summary.Name, summary.Labels) is not { } identity)
            {
                continue;
            }
            if (identity.Hook)
            {
                if (!_hooksCleared)
                {
                    LeftoverHook(summary.Name); // of a run of the agent that ended in the middle of it
                    await engine.RemoveContainerAsync(summary.Id, withAnonymousVolumes: !identity.Stateful, cancel);
                }
            }
            else if (await engine.FindContainerAsync(summary.Id, cancel) is { } container)
            {
                found.Add(Managed(container, identity));
            }
        }
        _hooksCleared = true;
        containers.Replace(found);
        instances.ContainersKnown();
        instances.WakeAll();
        changes.Happened();
    }

    private async Task TakeInAsync(EngineEvent happened, CancellationToken cancel)
    {
        if (happened.Action is not ("start" or "die" or "destroy" or "create" or "rename")
            && !happened.Action.StartsWith("health_status", StringComparison.Ordinal))
        {
            return; // an exec of a health check alone is two events
        }
        changes.Happened();
        if (happened.Action is "destroy")
        {
            containers.Remove(happened.ContainerId);
        }
        else if (happened.Labels.ContainsKey(Labels.Proof)
            && await engine.FindContainerAsync(happened.ContainerId, cancel) is { } container
            && (await node.WaitAsync(cancel)).Proof.Identify(container.Name, container.Labels) is { Hook: false } identity)
        {
            containers.Put(Managed(container, identity));
        }
        if (happened.Action is not "create" && Guid.TryParse(happened.Labels.GetValueOrDefault(Labels.InstanceId), out var instance))
        {
            instances.Wake(instance);
        }
    }

    private static ManagedContainer Managed(ContainerInfo c, ContainerIdentity who) => new(
        c.Id, c.Name, who.InstanceId, who.ServiceId, who.Stack, who.Service, who.Number, who.Epoch, who.DeployRev,
        c.Running, c.StartedAt, c.Running ? c.Pid : 0, c.MemoryLimitBytes, c.LogDriver, c.Tty);

    [LoggerMessage(LogLevel.Warning, "Following the engine broke, {Failures} in a row: {Why}")]
    private partial void EventsBroke(string why, int failures);

    [LoggerMessage(LogLevel.Information, "Removing {Container}, left over from an interrupted hook")]
    private partial void LeftoverHook(string container);
}
