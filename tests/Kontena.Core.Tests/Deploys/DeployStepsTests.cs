using System.Collections.Immutable;
using CsCheck;
using Kontena.Core.Deploys;
using Kontena.Core.Services;

namespace Kontena.Core.Tests.Deploys;

public sealed class DeployStepsTests
{
    private static readonly DateTimeOffset T0 = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid A = Guid.CreateVersion7();
    private static readonly Guid B = Guid.CreateVersion7();

    private static readonly Gen<Scenario> Scenarios = Gen.Select(
        Gen.Int[1, 30], Gen.Int[0, 34], Gen.Int[1, 40], Gen.Int[0, 20], Gen.Int[0, 4], Gen.Int[0, 3],
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Int[0, 3], Gen.Int), (count, running, nodes, health, parallel, failures, more) =>
    {
        var (stateful, ports, trouble, seed) = more;
        return new Scenario(count, running, ports ? Math.Max(nodes, Math.Max(count, running) + 1) : nodes, health * 0.05m,
            parallel == 0 ? null : parallel, failures, stateful, ports, trouble, seed);
    });

    [Fact]
    public void Whatever_happens_a_deploy_keeps_its_promises_and_ends_in_time() => Scenarios.Sample(scenario =>
    {
        var deploy = new SimulatedDeploy(scenario);
        deploy.Run();
        Assert.True(deploy.Took <= DeploySteps.DeployDeadline, $"took {deploy.Took}");
    }, iter: 1_500);

    [Fact]
    public void When_nothing_goes_wrong_every_deploy_succeeds() => Scenarios.Select(s => s with { Trouble = 0 }).Sample(scenario =>
    {
        var deploy = new SimulatedDeploy(scenario);
        deploy.Run();
        Assert.Null(deploy.Error);
    }, iter: 500);

    [Theory]
    [InlineData(5, "0.8", 4)]
    [InlineData(10, "0.8", 8)]
    [InlineData(3, "0.8", 2)]
    [InlineData(1, "0.8", 0)]
    [InlineData(1, "1", 0)]
    [InlineData(4, "1", 3)]
    [InlineData(7, "0", 0)]
    [InlineData(0, "0.8", 0)]
    public void The_number_that_stays_up_is_computed_exactly(int count, string minHealth, int required) => Assert.Equal(required,
        DeploySteps.Required(Service(d => d with { MinHealth = decimal.Parse(minHealth, System.Globalization.CultureInfo.InvariantCulture) }), count));

    [Fact]
    public void Those_that_serve_nobody_are_replaced_first() => Assert.Equal(
        [new DeployAction.Start(2)],
        Next(Deploy(Running(1), Running(2) with { Available = false }, Running(3))));

    [Fact]
    public void As_many_start_at_once_as_may_be_missing() => Assert.Equal(
        [new DeployAction.Start(1), new DeployAction.Start(2)],
        Next(Deploy([.. Enumerable.Range(1, 10).Select(n => Running(n))])));

    [Fact]
    public void An_instance_that_moves_stops_on_its_old_node_first()
    {
        var moving = Running(1) with { TargetNode = B };
        Assert.Equal([new DeployAction.StopOld(1)], Next(Deploy(moving)));
        var stopping = moving with { State = InstanceDeployState.Ongoing, Step = InstanceDeployStep.StopOld, StepStartedAt = T0 };
        Assert.Empty(Next(Deploy(stopping)));
        Assert.Equal([new DeployAction.Start(1)], Next(Deploy(stopping with { OldStopped = true })));
    }

    [Fact]
    public void A_node_that_cannot_be_reached_holds_up_only_instances_with_data()
    {
        var moving = Running(1) with { TargetNode = B, CurrentNodeConnected = false, Available = false };
        Assert.Equal([new DeployAction.Start(1)], Next(Deploy(moving)));
        Assert.Equal([new DeployAction.StopOld(1)], Next(Deploy(moving) with { Spec = Service() with { Stateful = true } }));
    }

    [Fact]
    public void Data_is_never_given_to_a_second_instance_because_the_first_is_silent()
    {
        var stopping = Running(1) with { TargetNode = B, State = InstanceDeployState.Ongoing, Step = InstanceDeployStep.StopOld, StepStartedAt = T0 };
        var deploy = Deploy(stopping) with { Spec = Service() with { Stateful = true } };
        Assert.Equal(
            [
                new DeployAction.Fail(1, "the old container was not confirmed stopped within 300 s"),
                new DeployAction.Finish("web-1 failed: the old container was not confirmed stopped within 300 s."),
            ],
            DeploySteps.Next(deploy, T0.AddSeconds(300)));
    }

    [Fact]
    public void A_start_that_succeeds_is_watched_and_then_counts()
    {
        var starting = Started(1) with { Answer = new InstanceAnswer(true, true, T0.AddSeconds(5), null) };
        Assert.Equal([new DeployAction.Verify(1)], DeploySteps.Next(Deploy(starting), T0.AddSeconds(6)));
        var watched = Deploy(starting with { Step = InstanceDeployStep.Verify, StepStartedAt = T0.AddSeconds(6) });
        Assert.Empty(DeploySteps.Next(watched, T0.AddSeconds(14)));
        Assert.Equal(T0.AddSeconds(15), DeploySteps.WakeAt(watched, T0.AddSeconds(14)));
        Assert.Equal([new DeployAction.Succeed(1), new DeployAction.Finish(null)], DeploySteps.Next(watched, T0.AddSeconds(15)));
    }

    [Fact]
    public void The_watch_window_begins_again_when_readiness_is_lost()
    {
        var watched = Started(1) with { Step = InstanceDeployStep.Verify, Answer = new InstanceAnswer(true, true, T0.AddSeconds(8), null) };
        Assert.Empty(DeploySteps.Next(Deploy(watched), T0.AddSeconds(11)));
        Assert.Empty(DeploySteps.Next(Deploy(watched with { Answer = new InstanceAnswer(true, false, null, null) }), T0.AddSeconds(60)));
    }

    [Fact]
    public void The_first_failure_stops_further_starts_and_lets_those_in_flight_end()
    {
        var failing = Started(1) with { Answer = new InstanceAnswer(false, false, null, "No such image: web:3.") };
        var deploy = Deploy([failing, Started(2), .. Enumerable.Range(3, 8).Select(n => Running(n))]);
        Assert.Equal([new DeployAction.Fail(1, "No such image: web:3.")], Next(deploy));
        var failed = failing with { State = InstanceDeployState.Error, Step = InstanceDeployStep.Done, Error = "No such image: web:3." };
        var other = Started(2) with { Answer = new InstanceAnswer(true, true, T0, null) };
        Assert.Equal(
            [new DeployAction.Succeed(2), new DeployAction.Finish("web-1 failed: No such image: web:3. 8 instances were left as they were.")],
            DeploySteps.Next(Deploy([failed, other, .. Enumerable.Range(3, 8).Select(n => Running(n))]), T0.AddSeconds(30)));
    }

    [Fact]
    public void A_tolerated_failure_is_still_told_in_the_end()
    {
        var failed = Started(1) with { State = InstanceDeployState.Error, Step = InstanceDeployStep.Done, Error = "it exited with code 1" };
        var deploy = Deploy(failed, Running(2) with { State = InstanceDeployState.Success, Step = InstanceDeployStep.Done });
        Assert.Equal([new DeployAction.Finish("web-1 failed: it exited with code 1.")],
            Next(deploy with { Spec = Service(d => d with { MaxFailures = 1 }) }));
    }

    [Fact]
    public void A_node_that_never_reports_costs_five_minutes() => Assert.Equal(
        new DeployAction.Fail(1, "its node did not report within 300 s"), DeploySteps.Next(Deploy(Started(1)), T0.AddSeconds(300))[0]);

    [Fact]
    public void Rows_that_are_in_the_way_go_first_and_all_others_last()
    {
        var deploy = Deploy(Running(1)) with { Removed = [new(2, Blocks: true, false, false), new(3, Blocks: false, false, false)] };
        Assert.Equal([new DeployAction.Remove(2)], Next(deploy));
        Assert.Equal([new DeployAction.Start(1)], Next(deploy with { Removed = [new(2, true, true, true), new(3, false, false, false)] }));
        var done = Running(1) with { State = InstanceDeployState.Success, Step = InstanceDeployStep.Done, StepStartedAt = T0 };
        Assert.Equal([new DeployAction.Remove(3)],
            Next(Deploy(done) with { Removed = [new(2, true, true, true), new(3, false, false, false)] }));
        Assert.Equal([new DeployAction.Finish(null)],
            Next(Deploy(done) with { Removed = [new(2, true, true, true), new(3, false, true, true)] }));
    }

    [Fact]
    public void The_end_of_a_container_on_a_node_that_is_away_is_not_waited_for() => Assert.Equal(
        [new DeployAction.Finish(null)],
        Next(Deploy() with { Removed = [new(1, false, true, false, Reachable: false)] }));

    [Fact]
    public void A_cancelled_deploy_starts_nothing_and_ends_at_once()
    {
        var actions = Next(Deploy(Started(1), Running(2)) with { Aborted = true });
        Assert.IsType<DeployAction.Fail>(actions[0]);
        Assert.Equal("The deploy was cancelled, or the service was stopped.", Assert.IsType<DeployAction.Finish>(actions[1]).Error);
        Assert.Equal(2, actions.Length);
    }

    [Fact]
    public void Whatever_is_left_after_half_an_hour_has_failed()
    {
        var actions = DeploySteps.Next(Deploy(Started(1) with { StepStartedAt = T0.AddMinutes(28) }, Running(2)), T0.AddMinutes(30));
        Assert.Equal("The deploy was not finished within 30 min. web-1 failed: the deploy took longer than 30 min.",
            Assert.IsType<DeployAction.Finish>(actions[^1]).Error);
    }

    [Fact]
    public void A_deploy_that_may_not_touch_anything_says_so_and_ends()
    {
        var down = Running(1) with { State = InstanceDeployState.Success, Step = InstanceDeployStep.Done, StepStartedAt = T0, Available = false };
        var deploy = Deploy(down, Running(2), Running(3), Running(4), Running(5));
        Assert.Empty(Next(deploy));
        Assert.Equal(T0.AddSeconds(600), DeploySteps.WakeAt(deploy, T0));
        Assert.Equal(
            [new DeployAction.Finish("No further instance could be replaced: 4 of 5 are available and 4 must stay up (min_health).")],
            DeploySteps.Next(deploy, T0.AddSeconds(600)));
    }

    private static ServiceSpec Service(Func<DeployOptions, DeployOptions>? options = null) =>
        Some.Service() with { Deploy = (options ?? (d => d))(new DeployOptions()) };

    private static DeploySnapshot Deploy(params InstanceProgress[] instances) => new()
    {
        Spec = Service(),
        DeployRev = 2,
        StartedAt = T0,
        Count = instances.Length,
        Instances = [.. instances],
    };

    private static InstanceProgress Running(int number) => new()
    {
        Number = number,
        State = InstanceDeployState.Created,
        Step = InstanceDeployStep.Waiting,
        TargetNode = A,
        CurrentNode = A,
        CurrentNodeConnected = true,
        Available = true,
    };

    private static InstanceProgress Started(int number) => Running(number) with
    {
        State = InstanceDeployState.Ongoing,
        Step = InstanceDeployStep.Start,
        StepStartedAt = T0,
        Available = false,
    };

    private static ImmutableArray<DeployAction> Next(DeploySnapshot deploy) => DeploySteps.Next(deploy, T0);
}
