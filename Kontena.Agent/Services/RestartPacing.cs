using Kontena.Core.Services;

namespace Kontena.Agent.Services;

/// <param name="DueAt">When to try again; null: not at all.</param>
/// <param name="CrashLoop">The attempts of the policy are used up; tries are far apart now.</param>
internal readonly record struct RestartVerdict(DateTimeOffset? DueAt, bool CrashLoop);

/// <summary>When a container that ended by itself is started again. Pure: what happened is in the memory, the clock is handed in.</summary>
/// <remarks>docs/protocol.md, restart policy. Defaults: n² seconds up to 30, 10 attempts in 10 minutes, then one every 5 minutes.</remarks>
internal static class RestartPacing
{
    public static readonly TimeSpan CalmUptime = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan LoopDelay = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan DefaultWindow = TimeSpan.FromMinutes(10);
    private const int DefaultAttempts = 10;
    private const int MaxAttempts = 100;
    private const int MaxDelaySeconds = 30;

    /// <summary>Takes note of an end. Ten seconds of uptime make the delays short again.</summary>
    public static InstanceMemory Crashed(InstanceMemory memory, string container, DateTimeOffset startedAt, DateTimeOffset endedAt) => memory with
    {
        CountedContainer = container,
        Restarts = memory.CountedContainer == container ? memory.Restarts + 1 : 1,
        LastCrash = endedAt,
        Streak = endedAt - startedAt >= CalmUptime ? 1 : memory.Streak + 1,
        CrashLoop = memory.CrashLoop && endedAt - startedAt < DefaultWindow,
    };

    public static RestartVerdict Next(InstanceMemory memory, RestartPolicy? policy, long exitCode, DateTimeOffset now)
    {
        if (policy?.Condition is "none" || (policy?.Condition is "on_failure" && exitCode == 0))
        {
            return new(null, false);
        }
        var crash = memory.LastCrash ?? now;
        var inWindow = memory.Attempts.Count(a => a > now - (policy?.Window ?? DefaultWindow));
        if (memory.CrashLoop || inWindow >= AttemptsOf(policy))
        {
            return policy?.Mode is "fail"
                ? new(null, true)
                : new(memory.Attempts.IsEmpty ? crash + LoopDelay : memory.Attempts[^1] + LoopDelay, true);
        }
        var n = Math.Max(0, memory.Streak - 1);
        return new(crash + (policy?.Delay ?? TimeSpan.FromSeconds(Math.Min(MaxDelaySeconds, (long)n * n))), false);
    }

    /// <summary>Takes note of a try to bring it up again.</summary>
    public static InstanceMemory Attempted(InstanceMemory memory, RestartPolicy? policy, bool crashLoop, DateTimeOffset now)
    {
        var attempts = memory.Attempts.Add(now);
        return memory with
        {
            Attempts = attempts.Length > AttemptsOf(policy) ? attempts.RemoveRange(0, attempts.Length - AttemptsOf(policy)) : attempts,
            CrashLoop = crashLoop,
        };
    }

    /// <summary>A deploy or a person's restart begins with a clean sheet.</summary>
    public static InstanceMemory Reset(InstanceMemory memory) => memory with { Attempts = [], Streak = 0, CrashLoop = false };

    private static int AttemptsOf(RestartPolicy? policy) => Math.Clamp(policy?.Attempts ?? DefaultAttempts, 1, MaxAttempts);
}
