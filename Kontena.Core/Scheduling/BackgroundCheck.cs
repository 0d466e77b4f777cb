using Kontena.Core.Services;

namespace Kontena.Core.Scheduling;

/// <summary>Why a service is deployed without anybody asking.</summary>
public enum RedeployReason
{
    /// <summary>Instances are missing, on nodes that are away or drained, or another set of nodes would be used.</summary>
    WrongLayout,

    /// <summary>It was changed after it was deployed.</summary>
    Behind,

    /// <summary><c>deploy.interval</c> has passed; its containers are to be made anew.</summary>
    Interval,
}

/// <summary>What the check must know about a service besides the grid.</summary>
public sealed record ServiceHistory
{
    public required Guid ServiceId { get; init; }

    /// <summary>It is wanted running.</summary>
    public required bool Running { get; init; }

    /// <summary>A deploy of it waits, or goes on for less than 30 min.</summary>
    public bool Deploying { get; init; }

    /// <summary>The same of its stack.</summary>
    public bool StackDeploying { get; init; }

    /// <summary>Null: never.</summary>
    public DateTimeOffset? DeployedAt { get; init; }

    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>
    /// Deploys by this check that failed one after the other. A person's deploy, a change of the service or of a node
    /// starts again from 0.
    /// </summary>
    public int FailedInARow { get; init; }

    public DateTimeOffset? LastFailedAt { get; init; }
}

/// <summary>Decides whether a service is deployed again by itself. Stateful ones never are.</summary>
/// <remarks>docs/scheduling.md, what happens by itself.</remarks>
public static class BackgroundCheck
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(600);

    /// <summary>How long an instance on a node that is away counts as being there.</summary>
    public static TimeSpan Grace(ServiceSpec spec) => spec.Deploy.Strategy switch
    {
        Planner.Daemon => TimeSpan.FromMinutes(10),
        "random" => TimeSpan.FromSeconds(30),
        _ => TimeSpan.FromMinutes(2),
    };

    /// <returns>Null: leave it as it is.</returns>
    public static RedeployReason? Look(GridSnapshot grid, ServiceHistory history, DateTimeOffset now)
    {
        var service = grid.Services.Single(s => s.Id == history.ServiceId);
        if (service.Spec.Stateful || !history.Running || history.Deploying || history.StackDeploying || PausesUntil(history) > now)
        {
            return null;
        }
        return HasWrongLayout(grid, service, now) ? RedeployReason.WrongLayout
            : history.ChangedAt > history.DeployedAt ? RedeployReason.Behind
            : service.Spec.Deploy.Interval is { } every && history.DeployedAt + every <= now ? RedeployReason.Interval
            : null;
    }

    /// <summary>When the answer can change although nothing happens: a grace, a pause or an interval ends.</summary>
    public static DateTimeOffset? LookAgainAt(GridSnapshot grid, ServiceHistory history, DateTimeOffset now)
    {
        var service = grid.Services.Single(s => s.Id == history.ServiceId);
        if (service.Spec.Stateful || !history.Running)
        {
            return null;
        }
        var nodes = service.Rows.Select(row => row.NodeId).ToHashSet();
        return grid.Nodes.Where(node => !node.Connected && nodes.Contains(node.Id)).Select(node => node.LastSeenAt + Grace(service.Spec))
            .Append(PausesUntil(history))
            .Append(history.DeployedAt + service.Spec.Deploy.Interval)
            .Where(at => at > now)
            .Min();
    }

    /// <summary>After the k-th failure in a row: 20 s × 2^k, at most 10 min.</summary>
    private static DateTimeOffset? PausesUntil(ServiceHistory history) => history.FailedInARow <= 0 || history.LastFailedAt is not { } failed
        ? null
        : failed + (history.FailedInARow >= 5 ? LongestPause : FirstPause * (1 << history.FailedInARow));

    private static bool HasWrongLayout(GridSnapshot grid, ServiceSnapshot service, DateTimeOffset now)
    {
        if (!grid.Nodes.Any(node => node.Connected))
        {
            return false; // nothing could be done about it
        }
        var held = service.Rows.Select(row => row.NodeId).OfType<Guid>().ToArray();
        var patient = grid with
        {
            Nodes = [.. grid.Nodes.Select(node => !node.Connected && held.Contains(node.Id) && node.LastSeenAt + Grace(service.Spec) > now
                ? node with { Connected = true }
                : node)],
        };
        // Which number is where is not compared: swapping two instances is no reason to restart them.
        var plan = Planner.Plan(patient, service.Id, trial: true);
        return plan.Count != held.Length || !plan.Placements.Select(p => p.NodeId).ToHashSet().SetEquals(held);
    }
}
