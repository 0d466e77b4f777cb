using System.Collections.Immutable;
using Kontena.Core.Deploys;
using Kontena.Core.Services;

namespace Kontena.Core.Tests.Deploys;

/// <summary>What is drawn for one run: the service, its layout, and how unlucky it is.</summary>
/// <param name="Count">Instances after the deploy.</param>
/// <param name="Running">Instances that run before it.</param>
/// <param name="Trouble">0: everything works; 3: much goes wrong.</param>
internal sealed record Scenario(
    int Count, int Running, int Nodes, decimal MinHealth, int? MaxParallel, int MaxFailures, bool Stateful, bool Ports, int Trouble, int Seed);

/// <summary>
/// Drives <see cref="DeploySteps"/> against agents that are slow, fail, crash and lose their connection. Checks after every
/// single action what must hold whatever happens. Time jumps to the next event or to <see cref="DeploySteps.WakeAt"/>.
/// </summary>
internal sealed class SimulatedDeploy
{
    private static readonly DateTimeOffset Start = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Scenario _scenario;
    private readonly Random _luck;
    private readonly ServiceSpec _spec;
    private readonly Guid[] _nodes;
    private readonly bool[] _connected;
    private readonly Dictionary<int, Model> _instances = [];
    private readonly Dictionary<int, (bool Blocks, bool Requested, bool Gone)> _removed = [];
    private readonly PriorityQueue<Action, (DateTimeOffset, int)> _events = new();
    private DateTimeOffset _now = Start;
    private int _order;
    private bool _halted;

    public SimulatedDeploy(Scenario scenario)
    {
        _scenario = scenario;
        _luck = new Random(scenario.Seed);
        _nodes = [.. Enumerable.Range(0, scenario.Nodes).Select(_ => Guid.CreateVersion7())];
        _connected = [.. _nodes.Select(_ => true)];
        _spec = Some.Service() with
        {
            Stateful = scenario.Stateful,
            Ports = scenario.Ports ? [new PortMapping("0.0.0.0", 80, 80, "tcp")] : [],
            Deploy = new DeployOptions
            {
                MinHealth = scenario.MinHealth,
                MaxParallel = scenario.MaxParallel,
                MaxFailures = scenario.MaxFailures,
            },
        };
        Lay();
        for (var i = 0; i < scenario.Trouble * 3; i++)
        {
            At(_luck.Next(1, 900), Accident);
        }
    }

    public string? Error { get; private set; }

    public bool Finished { get; private set; }

    public TimeSpan Took => _now - Start;

    public void Run()
    {
        while (!Finished)
        {
            Pass();
            if (Finished)
            {
                break;
            }
            var wake = DeploySteps.WakeAt(Snapshot(), _now);
            Assert.True(wake is not null || _events.Count > 0, "nothing will ever wake the deploy");
            Assert.True(wake is null || wake > _now, "it would be woken at once, for ever");
            if (_events.TryPeek(out _, out var due) && (wake is null || due.Item1 <= wake))
            {
                _now = due.Item1;
                _events.Dequeue()();
            }
            else
            {
                _now = wake!.Value;
            }
        }
    }

    /// <summary>Calls until there is nothing more to write, as the pass does.</summary>
    private void Pass()
    {
        for (var rounds = 0; !Finished; rounds++)
        {
            Assert.True(rounds < 1_000, "it never comes to rest");
            var actions = DeploySteps.Next(Snapshot(), _now);
            if (actions.IsEmpty)
            {
                break;
            }
            foreach (var action in actions)
            {
                Assert.False(Finished, "something follows the end");
                Apply(action);
                Check();
            }
        }
    }

    private void Apply(DeployAction action)
    {
        switch (action)
        {
            case DeployAction.StopOld(var number):
                Leave(_instances[number]);
                Step(number, InstanceDeployStep.StopOld);
                StopLater(_instances[number]);
                break;
            case DeployAction.Start(var number):
                Begin(_instances[number]);
                break;
            case DeployAction.Verify(var number):
                Step(number, InstanceDeployStep.Verify);
                break;
            case DeployAction.Succeed(var number):
                Assert.True(_instances[number].ReadySince is { } since && _now - since >= DeploySteps.DefaultMonitor, "it succeeds without its watch window");
                End(number, InstanceDeployState.Success);
                break;
            case DeployAction.Fail(var number, _):
                End(number, InstanceDeployState.Error);
                _halted |= _instances.Values.Count(i => i.State is InstanceDeployState.Error) > _scenario.MaxFailures;
                break;
            case DeployAction.Remove(var number):
                var row = _removed[number];
                Assert.False(row.Requested, "its end is ordered twice");
                Assert.True(row.Blocks || _instances.Values.All(i => i.State is InstanceDeployState.Success or InstanceDeployState.Error),
                    "a row goes before the others are up");
                _removed[number] = row with { Requested = true };
                At(_luck.Next(1, 30), () => _removed[number] = _removed[number] with { Gone = true });
                break;
            case DeployAction.Finish(var error):
                (Finished, Error) = (true, error);
                Assert.True(error is not null || (_instances.Values.All(i => i.State is InstanceDeployState.Success) && _removed.Values.All(r => r.Gone)),
                    "it calls itself a success while something is missing");
                Assert.DoesNotContain(_instances.Values, i => i.State is InstanceDeployState.Ongoing);
                break;
            default:
                Assert.Fail($"unknown action {action}");
                break;
        }
    }

    /// <summary>What must hold after each single action.</summary>
    private void Check()
    {
        var count = _instances.Count;
        var required = Math.Max(0, Math.Min(count - 1, (int)decimal.Ceiling(count * _scenario.MinHealth)));
        Assert.True(_instances.Values.Count(i => i.State is InstanceDeployState.Ongoing)
            <= Math.Min(20, Math.Min(_scenario.MaxParallel ?? 20, Math.Max(1, count - required))), "too many in flight");
        if (_scenario.Ports)
        {
            Assert.True(_instances.Values.SelectMany(i => i.Places()).GroupBy(node => node).All(g => g.Count() == 1), "two instances on one port");
        }
        if (_scenario.Stateful)
        {
            Assert.True(_instances.Values.All(i => i.Places().Count() < 2), "a stateful instance on two nodes");
        }
    }

    private void Leave(Model instance)
    {
        Assert.False(_halted && instance.State is InstanceDeployState.Created, "it begins with another one after too many failed");
        Assert.True(_removed.Values.All(r => !r.Blocks || r.Gone), "it does not wait for what is in the way");
        if (instance.State is InstanceDeployState.Created && Serves(instance))
        {
            var count = _instances.Count;
            var required = Math.Max(0, Math.Min(count - 1, (int)decimal.Ceiling(count * _scenario.MinHealth)));
            Assert.True(_instances.Values.Count(i => Serves(i) && i.State is not InstanceDeployState.Ongoing) - 1 >= required,
                "too few would stay available");
        }
    }

    private void Begin(Model instance)
    {
        Leave(instance);
        Assert.True(instance.Current == instance.Target || instance.OldStopped || instance.Old is null || !_scenario.Stateful,
            "data is given to a second instance while the first may run");
        Assert.True(instance.Current == instance.Target || instance.OldStopped || instance.Old is null || !IsConnected(instance.Old.Value)
            || _now - instance.StepStartedAt >= DeploySteps.StepDeadline, "it does not wait for a node that can be reached");
        instance.Old = null; // replaced in place, stopped, or an outcast that its agent ends before it starts anything else
        (instance.Current, instance.New) = (instance.Target, instance.Target);
        (instance.Ready, instance.ReadySince, instance.Answered, instance.OldStopped) = (false, null, false, false);
        Step(instance.Number, InstanceDeployStep.Start);
        var fate = _luck.Next(100);
        if (fate < _scenario.Trouble)
        {
            return; // never heard of again
        }
        if (fate < _scenario.Trouble * 5)
        {
            At(_luck.Next(1, 60), () => (instance.Answered, instance.Failure) = (true, "it exited with code 1"));
            return;
        }
        At(_luck.Next(1, 60), () => Become(instance, ready: true));
        if (fate < _scenario.Trouble * 8)
        {
            var crash = _luck.Next(61, 75);
            At(crash, () => Become(instance, ready: false));
            At(crash + _luck.Next(1, 400), () => Become(instance, ready: true));
        }
    }

    private void Become(Model instance, bool ready)
    {
        if (instance.Failure is null)
        {
            (instance.Answered, instance.Ready) = (true, ready);
            instance.ReadySince = ready ? instance.ReadySince ?? _now : null;
        }
    }

    private void StopLater(Model instance)
    {
        if (_luck.Next(100) >= _scenario.Trouble * 3)
        {
            At(_luck.Next(1, 60), () =>
            {
                if (instance.Step is InstanceDeployStep.StopOld)
                {
                    (instance.Old, instance.Ready, instance.ReadySince, instance.OldStopped) = (null, false, null, true);
                }
            });
        }
    }

    private void Accident()
    {
        if (_luck.Next(2) == 0)
        {
            var instance = _instances.Values.ElementAt(_luck.Next(_instances.Count));
            if (instance.State is not InstanceDeployState.Ongoing)
            {
                (instance.Ready, instance.ReadySince) = (false, null);
                At(_luck.Next(5, 300), () =>
                {
                    if (instance.State is not InstanceDeployState.Ongoing && instance.Current is not null)
                    {
                        (instance.Ready, instance.ReadySince) = (true, _now);
                    }
                });
            }
        }
        else
        {
            var node = _luck.Next(_nodes.Length);
            _connected[node] = false;
            At(_luck.Next(5, 400), () => _connected[node] = true);
        }
    }

    private bool Serves(Model instance) => instance.Ready && instance.Current is { } node && IsConnected(node);

    private bool IsConnected(Guid node) => _connected[Array.IndexOf(_nodes, node)];

    private void Step(int number, InstanceDeployStep step) =>
        (_instances[number].State, _instances[number].Step, _instances[number].StepStartedAt) = (InstanceDeployState.Ongoing, step, _now);

    private void End(int number, InstanceDeployState state) =>
        (_instances[number].State, _instances[number].Step, _instances[number].StepStartedAt) = (state, InstanceDeployStep.Done, _now);

    private void At(int seconds, Action happens) => _events.Enqueue(happens, (_now.AddSeconds(seconds), _order++));

    /// <summary>With ports the layouts before and after use each node once, as the planner sees to.</summary>
    private void Lay()
    {
        var (before, after) = ((Guid[])[.. _nodes], (Guid[])[.. _nodes]);
        _luck.Shuffle(before);
        for (var number = 1; number <= _scenario.Count; number++)
        {
            var was = before[(number - 1) % before.Length];
            var becomes = _scenario.Ports || _luck.Next(2) == 0 ? was : after[_luck.Next(after.Length)];
            var runs = number <= _scenario.Running;
            _instances[number] = new Model(number, becomes)
            {
                Current = runs ? was : null,
                Old = runs ? was : null,
                Ready = runs && (_scenario.Trouble == 0 || _luck.Next(10) > 0),
                ReadySince = runs ? Start.AddHours(-1) : null,
            };
        }
        if (_scenario.Ports && _scenario.Running >= _scenario.Count)
        {
            Chain();
        }
        for (var number = _scenario.Count + 1; number <= _scenario.Running; number++)
        {
            _removed[number] = (_luck.Next(3) == 0, false, false);
        }
    }

    /// <summary>The first goes to a free node, the second to the place that it leaves, and so on.</summary>
    private void Chain()
    {
        var free = _nodes.Except(_instances.Values.Select(i => i.Current!.Value)).Cast<Guid?>().FirstOrDefault();
        foreach (var instance in _instances.Values.Where(_ => free is not null).Take(3).ToArray())
        {
            var leaves = instance.Current;
            instance.Target = free!.Value;
            free = leaves;
        }
    }

    private DeploySnapshot Snapshot() => new()
    {
        Spec = _spec,
        DeployRev = 2,
        StartedAt = Start,
        Count = _scenario.Count,
        Instances = [.. _instances.Values.Select(i => new InstanceProgress
        {
            Number = i.Number,
            State = i.State,
            Step = i.Step,
            TargetNode = i.Target,
            CurrentNode = i.Current,
            CurrentNodeConnected = i.Current is { } node && IsConnected(node),
            Available = Serves(i),
            OldStopped = i.OldStopped,
            StepStartedAt = i.StepStartedAt,
            Error = i.State is InstanceDeployState.Error ? i.Failure ?? "late" : null,
            Answer = i.Answered && i.Step is not InstanceDeployStep.StopOld ? new InstanceAnswer(true, i.Ready, i.ReadySince, i.Failure) : null,
        })],
        Removed = [.. _removed.Select(r => new RemovedRow(r.Key, r.Value.Blocks, r.Value.Requested, r.Value.Gone))],
    };

    private sealed class Model(int number, Guid target)
    {
        public int Number => number;

        public Guid Target { get; set; } = target;

        public Guid? Current { get; set; }

        /// <summary>Where a container of before the deploy is.</summary>
        public Guid? Old { get; set; }

        /// <summary>Where one of this deploy is.</summary>
        public Guid? New { get; set; }

        public bool OldStopped { get; set; }

        public bool Ready { get; set; }

        public DateTimeOffset? ReadySince { get; set; }

        public bool Answered { get; set; }

        public string? Failure { get; set; }

        public InstanceDeployState State { get; set; }

        public InstanceDeployStep Step { get; set; }

        public DateTimeOffset? StepStartedAt { get; set; }

        public IEnumerable<Guid> Places() => new[] { Old, New }.OfType<Guid>();
    }
}
