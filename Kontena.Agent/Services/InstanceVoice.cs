using Kontena.Agent.Docker;
using Kontena.Core.Protocol;

namespace Kontena.Agent.Services;

/// <summary>Puts what is known about an instance into reports.</summary>
internal sealed class InstanceVoice(Guid instance, InstanceTools tools)
{
    private const int MaxText = 2_000;
    private ContainerInfo? _found;
    private DateTimeOffset? _readySince;
    private bool _unhealthy;

    /// <summary>The container that the following reports are about; null: there is none of ours.</summary>
    public void Saw(InstanceOrder order, ContainerInfo? found)
    {
        if (found?.Id != _found?.Id || found?.StartedAt != _found?.StartedAt || found is not { Running: true })
        {
            (_readySince, _unhealthy) = (null, false);
        }
        _found = found;
    }

    public void Say(InstanceOrder order, InstanceState state, string? error = null, string? doing = null)
    {
        if (state is not InstanceState.Running)
        {
            (_readySince, _unhealthy) = (null, false);
        }
        Send(order, state, error, null, doing);
    }

    public void SayRunning(InstanceOrder order, ProbeResult health, DateTimeOffset? readySince, string? warning)
    {
        (_readySince, _unhealthy) = (health.Ready ? readySince : null, health.Unhealthy);
        // A check that failed once or twice is worth knowing; only three times in a row, or a port that never answers, is an error.
        var pending = health is { Ready: true } or { Unhealthy: false, Failures: > 0 };
        Send(order, InstanceState.Running, pending ? null : health.Problem, pending ? health.Problem ?? warning : warning,
            health.Ready ? null : "waiting until it is ready");
    }

    /// <summary>Something is being done.</summary>
    /// <remarks>
    /// The container that runs meanwhile answers for the deploy that made it: called ready under the new deploy, the new one
    /// would count as finished before it began.
    /// </remarks>
    public void Doing(InstanceOrder order, string doing)
    {
        if (_found is not { Running: true })
        {
            Send(order, InstanceState.Starting, null, null, doing);
        }
        else if (tools.Store.Remember(instance).AppliedRev is > 0 and var applied)
        {
            Send(order with { DeployRev = applied }, InstanceState.Running, null, null, doing);
        }
    }

    public void Fail(InstanceOrder order, string message) => Send(order, _found switch
    {
        null => InstanceState.Missing,
        { Running: true } => InstanceState.Running,
        _ => order.Desired is DesiredState.Running ? InstanceState.Restarting : InstanceState.Stopped,
    }, message, null, null);

    private void Send(InstanceOrder order, InstanceState state, string? error, string? warning, string? doing)
    {
        var memory = tools.Store.Remember(instance);
        var running = _found is { Running: true };
        tools.Outbox.Put(new InstanceReport
        {
            InstanceId = instance,
            Epoch = order.Epoch,
            DeployRev = order.DeployRev,
            State = state,
            Ready = running && state is InstanceState.Running && _readySince is not null,
            Unhealthy = running && _unhealthy,
            Error = Bounded(error),
            Warning = Bounded(warning),
            Doing = Bounded(doing),
            ContainerId = _found?.Id,
            Address = running ? _found!.Endpoints.Values.Select(e => e.Address).FirstOrDefault(a => a is not null) : null,
            StartedAt = running ? _found!.StartedAt : null,
            ReadySince = running && state is InstanceState.Running ? _readySince : null,
            Restarts = memory.CountedContainer == _found?.Id ? memory.Restarts : 0,
            ExitCode = _found is { Running: false, StartedAt: not null } ? _found.ExitCode : null,
            ImageId = _found?.ImageId,
            RestartDone = Math.Max(order.RestartDone, memory.RestartDone),
            OneshotsDone = tools.Hooks.OneshotsDone(order),
        });
    }

    private static string? Bounded(string? text) => text is { Length: > MaxText } ? text[..(MaxText - 1)] + "…" : text;
}
