using System.Collections.Immutable;

namespace Kontena.Core.Services;

/// <summary>How a service is placed and rolled out.</summary>
/// <remarks>docs/scheduling.md; the keys of <c>deploy:</c> in docs/stack-file.md. Null means the default named here.</remarks>
public sealed record DeployOptions
{
    /// <summary><c>ha</c>, <c>daemon</c>, <c>random</c> or <c>binpack</c>.</summary>
    public string Strategy { get; init => field = value ?? field; } = "ha";

    /// <summary>Container port that must accept a connection before an instance is ready.</summary>
    public int? WaitForPort { get; init; }

    /// <summary>Share of the instances that stays up during a deploy, 0–1; null means 0.8.</summary>
    public decimal? MinHealth { get; init; }

    /// <summary>The service is redeployed whenever this long has passed since the last time; null means never.</summary>
    public TimeSpan? Interval { get; init; }

    public int? MaxParallel { get; init; }

    public int? MaxFailures { get; init; }

    public int? Canaries { get; init; }

    /// <summary>How long an instance must stay ready before it counts; null means 10 s.</summary>
    public TimeSpan? Monitor { get; init; }

    /// <summary>From start to ready, per instance; null means 300 s.</summary>
    public TimeSpan? HealthyDeadline { get; init; }

    /// <summary>Without any instance becoming ready; null means 600 s.</summary>
    public TimeSpan? ProgressDeadline { get; init; }

    /// <summary><c>stop_first</c> or <c>start_first</c>; null means <c>stop_first</c>.</summary>
    public string? Order { get; init; }

    /// <summary><c>halt</c>, <c>pause</c> or <c>rollback</c>; null means <c>halt</c>.</summary>
    public string? FailureAction { get; init; }

    public bool? AutoPromote { get; init; }

    public bool? PullAhead { get; init; }

    public bool? Migrations { get; init; }

    public bool? Reschedule { get; init; }

    /// <summary><c>az</c> and <c>label:NAME</c>, compared in order; empty means <c>az</c>.</summary>
    public ImmutableArray<string> SpreadBy { get; init => field = value.OrEmpty(); } = [];

    public RestartPolicy? Restart { get; init; }

    public long? ReserveMemoryBytes { get; init; }

    public decimal? ReserveCpus { get; init; }

    /// <summary><c>always</c>, <c>if_absent</c> or <c>never</c>; null means <c>always</c>, once per deploy.</summary>
    public string? Pull { get; init; }

    public TimeSpan? FenceAfter { get; init; }
}

/// <remarks>Null members mean the defaults: any, n² up to 30 s, 10 attempts in 10 min, delay.</remarks>
public sealed record RestartPolicy(string? Condition, TimeSpan? Delay, int? Attempts, TimeSpan? Window, string? Mode);
