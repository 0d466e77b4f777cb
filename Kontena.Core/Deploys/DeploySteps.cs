using System.Collections.Immutable;
using Kontena.Core.Services;

namespace Kontena.Core.Deploys;

/// <summary>One thing that the deploy pass must write now.</summary>
public abstract record DeployAction
{
    private DeployAction()
    {
    }

    /// <summary>Order the end of the old container on the node that instance <paramref name="Number"/> leaves.</summary>
    public sealed record StopOld(int Number) : DeployAction;

    /// <summary>Point the row at its target node with the new deploy_rev, revision and (if the node changed) epoch.</summary>
    public sealed record Start(int Number) : DeployAction;

    /// <summary>It runs; the watch window begins.</summary>
    public sealed record Verify(int Number) : DeployAction;

    public sealed record Succeed(int Number) : DeployAction;

    public sealed record Fail(int Number, string Reason) : DeployAction;

    /// <summary>Order the end of a row that the plan removes.</summary>
    public sealed record Remove(int Number) : DeployAction;

    /// <summary>The deploy is over. A null reason is success.</summary>
    public sealed record Finish(string? Error) : DeployAction;
}

/// <summary>The next steps of a deploy. Pure; called again whenever something changed, until it answers <see cref="DeployAction.Finish"/>.</summary>
/// <remarks>docs/scheduling.md, rolling deploy.</remarks>
public static class DeploySteps
{
    /// <summary>Whatever an instance waits for, it waits no longer than this; a start has its own, <c>healthy_deadline</c>.</summary>
    public static readonly TimeSpan StepDeadline = TimeSpan.FromSeconds(300);

    public static readonly TimeSpan DeployDeadline = TimeSpan.FromMinutes(30);

    public static readonly TimeSpan DefaultProgressDeadline = TimeSpan.FromSeconds(600);

    public static readonly TimeSpan DefaultMonitor = TimeSpan.FromSeconds(10);

    public const decimal DefaultMinHealth = 0.8m;

    public const int MaxInFlight = 20;

    /// <summary>How many instances stay up. At most one less than there are, so that a deploy can always go on.</summary>
    /// <param name="count">Instances that the deploy places.</param>
    public static int Required(ServiceSpec spec, int count) => Math.Max(0, Math.Min(count - 1,
        (int)Math.Ceiling(count * Math.Clamp(spec.Deploy.MinHealth ?? DefaultMinHealth, 0, 1))));

    /// <summary>How many instances may be in flight at once.</summary>
    public static int Limit(ServiceSpec spec, int count) => Math.Min(
        Math.Min(MaxInFlight, Math.Max(1, spec.Deploy.MaxParallel ?? MaxInFlight)), Math.Max(1, count - Required(spec, count)));

    /// <param name="now">For deadlines and the watch window.</param>
    /// <returns>What to write now, in order; empty: wait.</returns>
    public static ImmutableArray<DeployAction> Next(DeploySnapshot deploy, DateTimeOffset now) => new DeployRun(deploy, now).Next();

    /// <summary>When the next deadline or watch window ends, so that the loop wakes in time; null: only a report can change anything.</summary>
    public static DateTimeOffset? WakeAt(DeploySnapshot deploy, DateTimeOffset now) => new DeployRun(deploy, now).WakeAt();
}
