using System.Collections.Immutable;
using System.Globalization;
using Kontena.Core.Services;

namespace Kontena.Core.Deploys;

/// <summary>One look at a deploy: first what is in flight, then what may start, then what must go, then whether it is over.</summary>
internal sealed class DeployRun
{
    private readonly DeploySnapshot _deploy;
    private readonly DateTimeOffset _now;
    private readonly ImmutableArray<DeployAction>.Builder _actions = ImmutableArray.CreateBuilder<DeployAction>();

    /// <summary>The instances as they are after the actions so far, by number.</summary>
    private readonly SortedDictionary<int, InstanceProgress> _instances;

    public DeployRun(DeploySnapshot deploy, DateTimeOffset now)
    {
        (_deploy, _now) = (deploy, now);
        _instances = new SortedDictionary<int, InstanceProgress>(deploy.Instances.ToDictionary(i => i.Number));
    }

    private ServiceSpec Spec => _deploy.Spec;

    private DateTimeOffset DeployDeadline => _deploy.StartedAt + DeploySteps.DeployDeadline;

    private TimeSpan Monitor => Spec.Deploy.Monitor ?? DeploySteps.DefaultMonitor;

    private IEnumerable<InstanceProgress> InFlight => _instances.Values.Where(i => i.State is InstanceDeployState.Ongoing);

    private IEnumerable<InstanceProgress> Waiting => _instances.Values.Where(i => i.State is InstanceDeployState.Created);

    private IEnumerable<InstanceProgress> Failed => _instances.Values.Where(i => i.State is InstanceDeployState.Error);

    /// <summary>Too many failed: nothing further starts, and what is in flight runs to its end.</summary>
    private bool Halted => Failed.Count() > Math.Max(0, Spec.Deploy.MaxFailures ?? 0);

    /// <summary>Rows whose end is still to come, on nodes that can report it.</summary>
    private IEnumerable<RemovedRow> Leaving => _deploy.Removed.Where(row => row is { Gone: false, Reachable: true });

    private bool BlockersGone => _deploy.Removed.All(row => !row.Blocks || row.Gone || !row.Reachable);

    /// <summary>When an instance last came a step further.</summary>
    private DateTimeOffset LastProgress => _instances.Values.Select(i => i.StepStartedAt ?? _deploy.StartedAt).Append(_deploy.StartedAt).Max();

    private DateTimeOffset ProgressDeadline => LastProgress + (Spec.Deploy.ProgressDeadline ?? DeploySteps.DefaultProgressDeadline);

    /// <summary>Rows go right after the last instance came up.</summary>
    private DateTimeOffset RemovalDeadline => LastProgress + DeploySteps.StepDeadline;

    public ImmutableArray<DeployAction> Next()
    {
        if (_deploy.Aborted)
        {
            return End("it was cancelled, or the service was stopped", "The deploy was cancelled, or the service was stopped.");
        }
        foreach (var instance in InFlight.ToArray())
        {
            Advance(instance);
        }
        if (_now >= DeployDeadline && InFlight.Concat(Waiting).Any())
        {
            const string late = "the deploy took longer than 30 min";
            return End(late, "The deploy was not finished within 30 min.", Summary);
        }
        foreach (var row in _deploy.Removed.Where(row => row is { Blocks: true, Requested: false }))
        {
            _actions.Add(new DeployAction.Remove(row.Number));
        }
        if (!Halted)
        {
            StartMore();
        }
        Conclude();
        return _actions.ToImmutable();
    }

    public DateTimeOffset? WakeAt()
    {
        if (_deploy.Aborted)
        {
            return _now;
        }
        var times = new List<DateTimeOffset>();
        foreach (var instance in InFlight)
        {
            times.Add(StepDeadline(instance));
            if (instance.Answer is { Ready: true, ReadySince: { } since })
            {
                times.Add(since + Monitor);
            }
        }
        if (InFlight.Concat(Waiting).Any() || Leaving.Any())
        {
            times.Add(DeployDeadline);
        }
        if (!InFlight.Any() && Waiting.Any())
        {
            times.Add(ProgressDeadline);
        }
        if (Leaving.Any())
        {
            times.Add(RemovalDeadline);
            times.Add(ProgressDeadline);
        }
        // A time that has passed without an action is one that was waited for in vain: only the later ones matter.
        return times.Where(t => t > _now).Select(t => (DateTimeOffset?)t).Min();
    }

    private void Advance(InstanceProgress instance)
    {
        switch (instance.Step)
        {
            case InstanceDeployStep.StopOld:
                AdvanceStop(instance);
                break;
            case InstanceDeployStep.Start or InstanceDeployStep.Verify when instance.Answer?.Error is { } error:
                Fail(instance, error);
                break;
            case InstanceDeployStep.Start or InstanceDeployStep.Verify:
                AdvanceStart(instance);
                break;
            default:
                throw new InvalidOperationException($"Instance {instance.Number} cannot be ongoing in step {instance.Step}.");
        }
    }

    private void AdvanceStop(InstanceProgress instance)
    {
        // Elsewhere a container that cannot be reached is left to its epoch; data must never be written by two.
        var mayLeave = !Spec.Stateful && (!instance.CurrentNodeConnected || _now >= StepDeadline(instance));
        if (instance.OldStopped || mayLeave)
        {
            if (HeldBack(instance) is null)
            {
                Start(instance);
                return;
            }
        }
        if (_now >= StepDeadline(instance))
        {
            Fail(instance, HeldBack(instance) is { } other && instance.OldStopped
                ? $"{Name(other)} still holds its port on the new node after {Seconds(DeploySteps.StepDeadline)}"
                : $"the old container was not confirmed stopped within {Seconds(DeploySteps.StepDeadline)}"
                    + (instance.CurrentNodeConnected ? "" : "; its node is offline"));
        }
    }

    private void AdvanceStart(InstanceProgress instance)
    {
        var answer = instance.Answer;
        if (answer is { Running: true, Ready: true, ReadySince: { } since })
        {
            if (_now >= since + Monitor)
            {
                Act(instance with { State = InstanceDeployState.Success, Step = InstanceDeployStep.Done, StepStartedAt = _now },
                    new DeployAction.Succeed(instance.Number));
                return;
            }
            if (instance.Step is InstanceDeployStep.Start)
            {
                Act(instance with { Step = InstanceDeployStep.Verify }, new DeployAction.Verify(instance.Number));
                return;
            }
        }
        if (_now < StepDeadline(instance))
        {
            return;
        }
        Fail(instance, (instance.Step, answer) switch
        {
            (InstanceDeployStep.Verify, _) => $"it did not stay ready for {Seconds(Monitor)}",
            (_, null) => $"its node did not report within {Seconds(HealthyDeadline)}",
            (_, { Running: false }) => $"it was not running within {Seconds(HealthyDeadline)}",
            _ => $"it was running but not ready within {Seconds(HealthyDeadline)}",
        });
    }

    private TimeSpan HealthyDeadline => Spec.Deploy.HealthyDeadline ?? DeploySteps.StepDeadline;

    private DateTimeOffset StepDeadline(InstanceProgress instance) => (instance.StepStartedAt ?? _deploy.StartedAt) + instance.Step switch
    {
        InstanceDeployStep.Start => HealthyDeadline,
        InstanceDeployStep.Verify => Monitor + DeploySteps.StepDeadline,
        _ => DeploySteps.StepDeadline,
    };

    /// <summary>Begins with as many as may be in flight: those that serve nobody first, then by number.</summary>
    private void StartMore()
    {
        if (!BlockersGone)
        {
            return;
        }
        var (required, limit) = (DeploySteps.Required(Spec, _instances.Count), DeploySteps.Limit(Spec, _instances.Count));
        foreach (var instance in Waiting.OrderBy(i => i.Available).ThenBy(i => i.Number).ToArray())
        {
            if (InFlight.Count() >= limit || (instance.Available && Available() - 1 < required))
            {
                break; // those behind it are no better off
            }
            if (instance.CurrentNode is { } old && old != instance.TargetNode && !instance.OldStopped
                && (Spec.Stateful || instance.CurrentNodeConnected))
            {
                Act(instance with { State = InstanceDeployState.Ongoing, Step = InstanceDeployStep.StopOld, StepStartedAt = _now },
                    new DeployAction.StopOld(instance.Number));
            }
            else if (HeldBack(instance) is null)
            {
                Start(instance);
            }
        }
    }

    /// <summary>Serving now, and neither replaced nor still under watch.</summary>
    private int Available() => _instances.Values.Count(i => i.Available && i.State is not InstanceDeployState.Ongoing);

    /// <summary>The instance that still holds this one's port on its target node, because it has yet to leave it.</summary>
    private InstanceProgress? HeldBack(InstanceProgress instance) => Spec.Ports.IsEmpty ? null : _instances.Values.FirstOrDefault(other =>
        other.Number != instance.Number && other.CurrentNode == instance.TargetNode && other.TargetNode != instance.TargetNode
        && !other.OldStopped);

    private void Start(InstanceProgress instance) => Act(
        instance with
        {
            State = InstanceDeployState.Ongoing,
            Step = InstanceDeployStep.Start,
            StepStartedAt = _now,
            CurrentNode = instance.TargetNode,
        },
        new DeployAction.Start(instance.Number));

    private void Fail(InstanceProgress instance, string reason) => Act(
        instance with { State = InstanceDeployState.Error, Step = InstanceDeployStep.Done, StepStartedAt = _now, Error = reason },
        new DeployAction.Fail(instance.Number, reason));

    private void Act(InstanceProgress after, DeployAction action)
    {
        _instances[after.Number] = after;
        _actions.Add(action);
    }

    private void Conclude()
    {
        if (InFlight.Any())
        {
            return;
        }
        if (Halted)
        {
            Finish($"{Summary()} {Left()}".TrimEnd());
        }
        else if (Waiting.Any())
        {
            if (_now >= ProgressDeadline)
            {
                Finish($"{Stuck()} {Summary()}".TrimEnd());
            }
        }
        else
        {
            RemoveRest();
        }
    }

    private void RemoveRest()
    {
        foreach (var row in _deploy.Removed.Where(row => row is { Requested: false, Blocks: false }))
        {
            _actions.Add(new DeployAction.Remove(row.Number));
        }
        if (!Leaving.Any())
        {
            Finish(Failed.Any() ? Summary() : null);
        }
        else if (_now >= DeployDeadline || (Leaving.All(row => row.Requested) && _now >= RemovalDeadline))
        {
            Finish($"{Names(Leaving.Select(row => row.Number))} did not end in time. {Summary()}".TrimEnd());
        }
    }

    private void Finish(string? error) => _actions.Add(new DeployAction.Finish(error));

    private ImmutableArray<DeployAction> End(string reason, string error, Func<string>? more = null)
    {
        foreach (var instance in InFlight.ToArray())
        {
            Fail(instance, reason);
        }
        Finish($"{error} {more?.Invoke()}".TrimEnd());
        return _actions.ToImmutable();
    }

    private string Summary()
    {
        var failed = Failed.ToArray();
        return failed.Length switch
        {
            0 => "",
            1 => $"{Name(failed[0])} failed: {Reason(failed[0])}.",
            _ => string.Create(CultureInfo.InvariantCulture, $"{failed.Length} of {_instances.Count} instances failed. ")
                + string.Join(" ", failed.Take(3).Select(i => $"{Name(i)}: {Reason(i)}.")),
        };
    }

    private string Left() => Waiting.Count() switch
    {
        0 => "",
        1 => $"{Name(Waiting.First())} was left as it was.",
        var more => string.Create(CultureInfo.InvariantCulture, $"{more} instances were left as they were."),
    };

    private string Stuck() => !BlockersGone
        ? $"{Names(Leaving.Where(row => row.Blocks).Select(row => row.Number))} did not end and holds what others need."
        : string.Create(CultureInfo.InvariantCulture,
            $"No further instance could be replaced: {Available()} of {_instances.Count} are available and ")
            + string.Create(CultureInfo.InvariantCulture, $"{DeploySteps.Required(Spec, _instances.Count)} must stay up (min_health).");

    private static string Reason(InstanceProgress instance) => (instance.Error ?? "the reason was not recorded").TrimEnd('.');

    private string Names(IEnumerable<int> numbers) => string.Join(", ", numbers.Order().Select(number => InstanceName.Short(Spec.Name, number)));

    private string Name(InstanceProgress instance) => InstanceName.Short(Spec.Name, instance.Number);

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");
}
