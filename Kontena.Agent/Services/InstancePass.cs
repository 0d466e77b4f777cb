using Kontena.Agent.Docker;
using Kontena.Agent.Networks;
using Kontena.Core.Protocol;
using Kontena.Core.Services;
using Microsoft.Extensions.Logging;

namespace Kontena.Agent.Services;

/// <summary>One look at an instance, and the step that brings it to its order.</summary>
internal sealed partial class InstancePass : IAsyncDisposable
{
    private static readonly TimeSpan NameRetryEvery = TimeSpan.FromSeconds(5);
    private readonly InstanceTools _tools;
    private readonly InstanceVoice _voice;
    private readonly InstanceHealth _health;
    private readonly Func<Guid, bool> _listed;
    private readonly ILogger _logger;
    private string? _warning;

    /// <param name="listed">Whether the master's list has an instance.</param>
    /// <param name="wake">Asks for another pass.</param>
    public InstancePass(Guid instance, InstanceTools tools, Func<Guid, bool> listed, Action wake)
    {
        _tools = tools;
        _listed = listed;
        _voice = new(instance, tools);
        _health = new(instance, tools, wake);
        _logger = tools.Loggers.CreateLogger<InstancePass>();
    }

    public ValueTask DisposeAsync() => _health.DisposeAsync();

    /// <returns>When to look again at the latest; null: when something happens.</returns>
    /// <exception cref="InstanceProblem">The order cannot be applied now.</exception>
    public async Task<TimeSpan?> RunAsync(InstanceOrder order, NetworkOrder network, CancellationToken cancel)
    {
        var self = await _tools.Node.WaitAsync(cancel);
        var found = await _tools.Engine.FindContainerAsync(ContainerRendering.NameOf(order), cancel);
        var identity = found is null ? null : self.Proof.Identify(found.Name, found.Labels);
        var memory = _tools.Store.Remember(order.InstanceId);
        _voice.Saw(order, identity?.InstanceId == order.InstanceId ? found : null);

        PreparedInstance? prepared = null;
        if (NeedsPreparation(order, found, identity, memory))
        {
            if (order.Spec.Stateful && found is not { Running: true } && _tools.Gate.OpensAt() is { } opens)
            {
                _voice.Say(order, found is null ? InstanceState.Missing : InstanceState.Restarting, doing: "waiting for the master before its data is used");
                return opens - _tools.Time.GetUtcNow();
            }
            prepared = await _tools.Start.PrepareAsync(order, network, doing => _voice.Doing(order, doing), cancel);
            _warning = prepared.Warning;
        }
        var act = InstanceDecision.Decide(new(order, found, identity, memory, prepared?.SpecHash, prepared?.Image.Id));
        if (act is not InstanceAct.Nothing)
        {
            Acting(ContainerRendering.NameOf(order), act);
        }
        switch (act)
        {
            case InstanceAct.NameTaken:
                return await ResolveNameAsync(order, found!, identity, cancel);
            case InstanceAct.Create:
                await CreateAsync(order, network, prepared!, cancel);
                break;
            case InstanceAct.Recreate:
                await EndAsync(order, found!, cancel);
                // From here on there is no way back: a newer order waits until this one stands.
                await CreateAsync(order, network, prepared ?? await PrepareAsync(order, network, cancel), cancel);
                break;
            case InstanceAct.Start:
                await StartAsync(order, network, found!, withHooks: true, cancel);
                break;
            case InstanceAct.Revive:
                if (await ReviveAsync(order, network, found!, cancel) is { } later)
                {
                    return later;
                }
                break;
            case InstanceAct.Restart:
                _voice.Doing(order, "restarting");
                await _tools.Stop.StopAsync(order, found!, withHooks: false, cancel);
                _voice.Saw(order, null);
                await StartAsync(order, network, found!, withHooks: false, cancel);
                break;
            case InstanceAct.Stop:
                _health.Stop();
                _voice.Doing(order, "stopping");
                _tools.Store.Change(order.InstanceId, m => m with { StoppedContainer = found!.Id });
                await _tools.Stop.StopAsync(order, found!, withHooks: true, cancel);
                break;
            case InstanceAct.Remove:
                await EndAsync(order, found!, cancel);
                break;
            default:
                break;
        }
        return await SettleAsync(order, network, act, cancel);
    }

    /// <summary>Tells the master that the order could not be applied.</summary>
    public void ReportFailure(InstanceOrder order, string message) => _voice.Fail(order, message);

    private static bool NeedsPreparation(InstanceOrder order, ContainerInfo? found, ContainerIdentity? identity, InstanceMemory memory)
    {
        if (order.Desired is not DesiredState.Running)
        {
            return false;
        }
        if (found is null)
        {
            return true;
        }
        return identity is { Hook: false } && identity.InstanceId == order.InstanceId
            && (InstanceDecision.IsNewDeploy(order, memory) || InstanceDecision.IsOutdated(order, found, identity));
    }

    private Task<PreparedInstance> PrepareAsync(InstanceOrder order, NetworkOrder network, CancellationToken cancel) =>
        _tools.Start.PrepareAsync(order, network, doing => _voice.Doing(order, doing), cancel);

    private async Task CreateAsync(InstanceOrder order, NetworkOrder network, PreparedInstance prepared, CancellationToken cancel)
    {
        var warning = await _tools.Start.CreateAsync(order, network, prepared, doing => _voice.Doing(order, doing), cancel);
        _warning = warning ?? prepared.Warning;
        Started(order);
    }

    private async Task StartAsync(InstanceOrder order, NetworkOrder network, ContainerInfo found, bool withHooks, CancellationToken cancel)
    {
        _warning = await _tools.Start.StartAgainAsync(order, network, found.Id, withHooks, doing => _voice.Doing(order, doing), cancel);
        Started(order);
    }

    /// <summary>The order is carried out; what the container does from now on is up to the restart policy.</summary>
    private void Started(InstanceOrder order) => _tools.Store.Change(order.InstanceId, m => RestartPacing.Reset(m) with
    {
        AppliedRev = order.DeployRev, StoppedContainer = null, RestartDone = order.RestartSequence,
    });

    /// <returns>When to look again; null when it was started.</returns>
    private async Task<TimeSpan?> ReviveAsync(InstanceOrder order, NetworkOrder network, ContainerInfo found, CancellationToken cancel)
    {
        var (now, policy) = (_tools.Time.GetUtcNow(), order.Spec.Deploy.Restart);
        var endedAt = found.FinishedAt ?? now;
        var why = ExitWords.Of(found.Name, found);
        var memory = _tools.Store.Change(order.InstanceId, m => m.CountedContainer == found.Id && m.LastCrash == endedAt
            ? m
            : RestartPacing.Crashed(m, found.Id, found.StartedAt ?? endedAt, endedAt));
        var verdict = RestartPacing.Next(memory, policy, found.ExitCode, now);
        _health.Stop();
        if (verdict.DueAt is not { } due)
        {
            Applied(order);
            _voice.Say(order, InstanceState.Stopped, error: found.ExitCode == 0 && policy?.Condition is "on_failure" ? null : ExitWords.GivenUp(why));
            return Timeout.InfiniteTimeSpan;
        }
        if (verdict.CrashLoop)
        {
            _tools.Store.Change(order.InstanceId, m => m with { CrashLoop = true });
            why = ExitWords.InLoop(why, RestartPacing.LoopDelay);
        }
        if (due > now)
        {
            _voice.Say(order, InstanceState.Restarting, error: why);
            return due - now;
        }
        if (order.Spec.Stateful && _tools.Gate.OpensAt() is { } opens)
        {
            _voice.Say(order, InstanceState.Restarting, error: why, doing: "waiting for the master before its data is used");
            return opens - now;
        }
        Crashed(why, memory.Restarts);
        _voice.Say(order, InstanceState.Restarting, error: why, doing: "restarting");
        _tools.Store.Change(order.InstanceId, m => RestartPacing.Attempted(m, policy, verdict.CrashLoop, now));
        _warning = await _tools.Start.StartAgainAsync(order, network, found.Id, withHooks: true, doing => _voice.Doing(order, doing), cancel);
        return null;
    }

    /// <summary>pre_stop hooks, stop, remove. Its volumes stay.</summary>
    private async Task EndAsync(InstanceOrder order, ContainerInfo found, CancellationToken cancel)
    {
        _health.Stop();
        _voice.Doing(order, "stopping");
        await _tools.Stop.StopAsync(order, found, withHooks: true, cancel);
        await _tools.Stop.RemoveAsync(found, order.Spec.Stateful, cancel);
        _voice.Saw(order, null);
    }

    /// <summary>Looks at what is there now, watches its health, and says so.</summary>
    private async Task<TimeSpan?> SettleAsync(InstanceOrder order, NetworkOrder network, InstanceAct act, CancellationToken cancel)
    {
        var found = await _tools.Engine.FindContainerAsync(ContainerRendering.NameOf(order), cancel);
        var self = await _tools.Node.WaitAsync(cancel);
        found = found is not null && self.Proof.Identify(found.Name, found.Labels)?.InstanceId == order.InstanceId ? found : null;
        if (order.Desired is not DesiredState.Running)
        {
            _health.Stop();
            Applied(order);
            _voice.Saw(order, found);
            _voice.Say(order, order.Desired is DesiredState.Terminated ? InstanceState.Terminated
                : found is null ? InstanceState.Missing : InstanceState.Stopped);
            return order.Desired is DesiredState.Terminated ? Timeout.InfiniteTimeSpan : null;
        }
        if (found is not { Running: true })
        {
            return TimeSpan.Zero; // it ended between two looks: that is a crash, and the next pass treats it as one
        }
        if (ContainerRendering.OnGrid(order.Spec)
            && InstanceAliases.Of(order, self.Grid) is var aliases && !GridNetwork.HasNames(network, found, aliases))
        {
            await _tools.Grid.RenameAsync(network, found, aliases, cancel);
            found = await _tools.Engine.FindContainerAsync(found.Id, cancel) ?? found;
        }
        Applied(order);
        _voice.Saw(order, found);
        var health = await _health.WatchAsync(order, found, cancel);
        if (health.Unhealthy && await RestartUnhealthyAsync(order, network, found, health, cancel) is { } wait)
        {
            return wait;
        }
        _voice.SayRunning(order, health, _health.ReadySince, _warning);
        return act is InstanceAct.Restart ? TimeSpan.Zero : null;
    }

    /// <summary>A restart for its health counts as an attempt of the restart policy, and runs no hooks.</summary>
    private async Task<TimeSpan?> RestartUnhealthyAsync(
        InstanceOrder order, NetworkOrder network, ContainerInfo found, ProbeResult health, CancellationToken cancel)
    {
        var (now, policy) = (_tools.Time.GetUtcNow(), order.Spec.Deploy.Restart);
        var counted = _tools.Store.Change(order.InstanceId, m => RestartPacing.Crashed(m, found.Id, found.StartedAt ?? now, now));
        var verdict = RestartPacing.Next(counted, policy, exitCode: 1, now);
        if (verdict.DueAt is not { } due || due > now)
        {
            _voice.SayRunning(order, health, null, _warning);
            return verdict.DueAt is { } later ? later - now : Timeout.InfiniteTimeSpan;
        }
        Unhealthy(health.Problem ?? found.Name);
        _health.Stop();
        _voice.Say(order, InstanceState.Restarting, error: health.Problem, doing: "restarting because of its health check");
        _tools.Store.Change(order.InstanceId, m => RestartPacing.Attempted(m, policy, verdict.CrashLoop, now));
        await _tools.Stop.StopAsync(order, found, withHooks: false, cancel);
        _warning = await _tools.Start.StartAgainAsync(order, network, found.Id, withHooks: false, doing => _voice.Doing(order, doing), cancel);
        return TimeSpan.Zero;
    }

    private async Task<TimeSpan?> ResolveNameAsync(InstanceOrder order, ContainerInfo found, ContainerIdentity? identity, CancellationToken cancel)
    {
        if (identity is null)
        {
            throw new InstanceProblem($"{found.Name} cannot start: a container of that name exists on the node that this grid did not make. "
                + $"Rename or remove it: docker rename {found.Name} OTHER-NAME");
        }
        if (!found.Running && !_listed(identity.InstanceId))
        {
            // Ours, ended, and nobody's any more: only its name is in the way.
            await _tools.Stop.RemoveAsync(found, identity.Stateful, cancel);
            return TimeSpan.Zero;
        }
        _voice.Say(order, InstanceState.Missing, doing: "waiting for the container of an earlier service of this name to end");
        return NameRetryEvery;
    }

    private void Applied(InstanceOrder order) =>
        _tools.Store.Change(order.InstanceId, m => m with { AppliedRev = order.DeployRev });

    [LoggerMessage(LogLevel.Information, "{Instance}: {Act}")]
    private partial void Acting(string instance, InstanceAct act);

    [LoggerMessage(LogLevel.Warning, "{Why} It is started again, crash {Crashes}")]
    private partial void Crashed(string why, int crashes);

    [LoggerMessage(LogLevel.Warning, "{Problem} It is restarted")]
    private partial void Unhealthy(string problem);
}
