using CsCheck;
using Kontena.Agent.Services;
using Kontena.Core.Services;
using Xunit;

namespace Kontena.Agent.Tests.Services;

public sealed class RestartPacingTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly InstanceMemory Nothing = new() { InstanceId = Guid.CreateVersion7() };

    [Fact]
    public void Delays_grow_with_the_square_of_the_crashes_up_to_thirty_seconds()
    {
        var (memory, delays) = (Nothing, new List<double>());
        for (var crash = 0; crash < 8; crash++)
        {
            memory = RestartPacing.Crashed(memory, "c", Start, Start);
            delays.Add((RestartPacing.Next(memory, null, 1, Start).DueAt!.Value - Start).TotalSeconds);
        }
        Assert.Equal([0, 1, 4, 9, 16, 25, 30, 30], delays);
    }

    [Fact]
    public void Ten_seconds_of_uptime_make_the_delay_short_again()
    {
        var memory = Nothing;
        for (var crash = 0; crash < 5; crash++)
        {
            memory = RestartPacing.Crashed(memory, "c", Start, Start);
        }
        memory = RestartPacing.Crashed(memory, "c", Start, Start.AddSeconds(10));
        Assert.Equal(Start.AddSeconds(10), RestartPacing.Next(memory, null, 1, Start.AddSeconds(10)).DueAt);
    }

    [Fact]
    public void After_ten_attempts_within_ten_minutes_one_follows_every_five_minutes()
    {
        var (memory, now) = (Nothing, Start);
        for (var attempt = 0; attempt < 10; attempt++)
        {
            memory = RestartPacing.Crashed(memory, "c", now, now = now.AddSeconds(15));
            memory = RestartPacing.Attempted(memory, null, false, now);
        }
        memory = RestartPacing.Crashed(memory, "c", now, now.AddSeconds(15));
        Assert.Equal(new(now.AddMinutes(5), true), RestartPacing.Next(memory, null, 1, now.AddSeconds(15)));
    }

    [Fact]
    public void A_service_whose_policy_fails_is_given_up_after_its_attempts()
    {
        var policy = new RestartPolicy(null, null, 1, null, "fail");
        var memory = RestartPacing.Attempted(RestartPacing.Crashed(Nothing, "c", Start, Start), policy, false, Start);
        Assert.Equal(new(null, true), RestartPacing.Next(memory, policy, 1, Start.AddSeconds(1)));
    }

    [Theory]
    [InlineData("none", 1, false)]
    [InlineData("none", 0, false)]
    [InlineData("on_failure", 0, false)]
    [InlineData("on_failure", 1, true)]
    [InlineData("any", 0, true)]
    public void The_condition_decides_which_ends_are_followed_by_a_start(string condition, long exitCode, bool again) =>
        Assert.Equal(again, RestartPacing.Next(
            RestartPacing.Crashed(Nothing, "c", Start, Start), new(condition, null, null, null, null), exitCode, Start).DueAt is not null);

    [Fact]
    public void Whatever_a_container_does_its_attempts_within_the_window_never_exceed_the_policy() =>
        Gen.Select(Gen.Int[1, 12], Gen.Int[0, 40].List[1, 80]).Sample((attempts, uptimes) =>
        {
            var policy = new RestartPolicy(null, null, attempts, TimeSpan.FromMinutes(4), null);
            var (memory, now, tries) = (Nothing, Start, new List<DateTimeOffset>());
            foreach (var uptime in uptimes)
            {
                memory = RestartPacing.Crashed(memory, "c", now, now = now.AddSeconds(uptime));
                var verdict = RestartPacing.Next(memory, policy, 1, now);
                now = verdict.DueAt!.Value > now ? verdict.DueAt.Value : now;
                tries.Add(now);
                memory = RestartPacing.Attempted(memory, policy, verdict.CrashLoop, now);
            }
            return tries.All(at => tries.Count(t => t > at - TimeSpan.FromMinutes(4) && t <= at) <= attempts);
        });

    [Fact]
    public void A_deploy_begins_with_a_clean_sheet() =>
        Assert.Equal((0, 0, false), RestartPacing.Reset(Nothing with { Streak = 5, CrashLoop = true, Attempts = [Start] }) is var m
            ? (m.Streak, m.Attempts.Length, m.CrashLoop) : default);
}
