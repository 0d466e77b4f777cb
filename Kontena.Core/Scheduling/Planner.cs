using System.Collections.Immutable;
using Kontena.Core.Nodes;
using Kontena.Core.Scheduling.Strategies;
using Kontena.Core.Services;

namespace Kontena.Core.Scheduling;

/// <summary>Decides where the instances of a service run. Pure: the same snapshot gives the same plan, in any order of its lists.</summary>
/// <remarks>docs/scheduling.md.</remarks>
public static class Planner
{
    /// <summary>The strategy that places per node instead of per instance; <see cref="DaemonPlanner"/>.</summary>
    public const string Daemon = "daemon";

    private static readonly ImmutableArray<IPlacementStrategy> Strategies =
        [new HighAvailabilityStrategy(), new RandomStrategy(), new BinPackStrategy()];

    /// <summary>Every value of <c>deploy.strategy</c>.</summary>
    public static ImmutableArray<string> StrategyNames { get; } = [.. Strategies.Select(s => s.Name), Daemon];

    /// <param name="grid">Contains the service.</param>
    /// <param name="serviceId">The service to plan.</param>
    public static ServicePlan Plan(GridSnapshot grid, Guid serviceId) => Plan(grid, serviceId, trial: false);

    /// <summary>The nodes that one instance could run on, and why the others could not.</summary>
    /// <param name="number">Need not exist.</param>
    public static Candidates CandidatesFor(GridSnapshot grid, Guid serviceId, int number)
    {
        var service = grid.Services.Single(s => s.Id == serviceId);
        return FilterChain.Run(Request(grid, new WorkingCopy(grid), service, number));
    }

    /// <param name="trial">Goes on past a number without a node: what would be where if everything that can be placed were.</param>
    internal static ServicePlan Plan(GridSnapshot grid, Guid serviceId, bool trial)
    {
        var service = grid.Services.Single(s => s.Id == serviceId);
        var daemon = service.Spec.Deploy.Strategy == Daemon;
        if (!grid.Nodes.Any(node => node.Connected))
        {
            var request = Request(grid, new WorkingCopy(grid), service, 1);
            return new ServicePlan(daemon ? service.Rows.Length : service.Instances, [], [], [], PlanErrors.Of(request, Candidates.Of(grid.Nodes) with
            {
                Error = FilterCode.NoNodes,
            }));
        }
        return (daemon ? DaemonPlanner.Plan(grid, service, trial) : PlanInstances(grid, service, trial)).Bounded();
    }

    internal static PlacementRequest Request(GridSnapshot grid, WorkingCopy copy, ServiceSnapshot service, int number) => new()
    {
        Grid = grid,
        Copy = copy,
        Service = service,
        Number = number,
        CurrentNode = copy.NodeOf(service, number),
    };

    /// <summary>Rows above the count, highest first, and the working copy without them.</summary>
    internal static ImmutableArray<int> DropAbove(int count, ServiceSnapshot service, WorkingCopy copy)
    {
        var removed = service.Rows.Select(row => row.Number).Where(number => number > count).OrderDescending().ToImmutableArray();
        foreach (var number in removed)
        {
            copy.Remove(service, number);
        }
        return removed;
    }

    private static ServicePlan PlanInstances(GridSnapshot grid, ServiceSnapshot service, bool trial)
    {
        // A strategy that this version does not know was refused when the service was saved.
        var strategy = Strategies.FirstOrDefault(s => s.Name == service.Spec.Deploy.Strategy) ?? Strategies[0];
        var copy = new WorkingCopy(grid);
        var removed = DropAbove(service.Instances, service, copy);
        var placements = ImmutableArray.CreateBuilder<Placement>();
        PlanError? error = null;
        for (var number = 1; number <= service.Instances; number++)
        {
            var request = Request(grid, copy, service, number);
            var candidates = FilterChain.Run(request);
            if (Choose(strategy, request, candidates) is { } choice)
            {
                copy.Place(service, number, choice.Node);
                placements.Add(new Placement(number, choice.Node.Id, request.CurrentNode, choice.Why, candidates.Rejected));
                continue;
            }
            error ??= PlanErrors.Of(request, candidates);
            if (!trial)
            {
                break;
            }
        }
        return new ServicePlan(service.Instances, placements.ToImmutable(), removed, [], error);
    }

    private static Choice? Choose(IPlacementStrategy strategy, PlacementRequest request, Candidates candidates)
    {
        if (request.Spec.Stateful && request.CurrentNode is { } home)
        {
            return candidates.Nodes.FirstOrDefault(node => node.Id == home) is { } node ? new Choice(node, "Its data is there.") : null;
        }
        return candidates.IsEmpty ? null : strategy.Choose(request, candidates);
    }
}
