using System.Collections.Immutable;
using System.Globalization;
using Kontena.Core.Nodes;

namespace Kontena.Core.Scheduling;

/// <summary>Plans a service that runs so many instances on every node that suits it.</summary>
/// <remarks>docs/scheduling.md, daemon.</remarks>
internal static class DaemonPlanner
{
    public static ServicePlan Plan(GridSnapshot grid, ServiceSnapshot service, bool trial)
    {
        var copy = new WorkingCopy(grid);
        var eligible = FilterChain.Run(Planner.Request(grid, copy, service, 1) with
        {
            CurrentNode = null,
            WholeService = true,
            PerNode = service.Instances,
        });
        if (eligible.Error is FilterCode.AffinityInvalid)
        {
            var count = service.Rows.Length;
            return new ServicePlan(count, [], [], [], PlanErrors.Of(Planner.Request(grid, copy, service, 1) with { CurrentNode = null }, eligible));
        }
        return service.Spec.Stateful
            ? PlanStateful(grid, service, copy, eligible, trial)
            : PlanStateless(grid, service, copy, eligible, trial);
    }

    private static ServicePlan PlanStateless(GridSnapshot grid, ServiceSnapshot service, WorkingCopy copy, Candidates eligible, bool trial)
    {
        var count = eligible.Nodes.Length * service.Instances;
        var removed = Planner.DropAbove(count, service, copy);
        var nodes = eligible.Nodes.ToDictionary(node => node.Id);
        var held = eligible.Nodes.ToDictionary(node => node.Id, _ => 0);
        var target = new Dictionary<int, NodeSnapshot>();
        for (var number = 1; number <= count; number++)
        {
            if (copy.NodeOf(service, number) is { } home && nodes.TryGetValue(home, out var node) && held[home] < service.Instances)
            {
                target[number] = node;
                held[home]++;
            }
        }
        for (var number = 1; number <= count; number++)
        {
            if (!target.ContainsKey(number))
            {
                var node = eligible.Nodes.OrderBy(n => held[n.Id]).ThenBy(n => n.Number).First();
                target[number] = node;
                held[node.Id]++;
            }
        }

        var run = new Run(grid, service, copy, eligible, trial);
        var from = Enumerable.Range(1, count).ToDictionary(number => number, number => copy.NodeOf(service, number));
        foreach (var (number, _) in target.Where(t => from[t.Key] != t.Value.Id))
        {
            copy.Remove(service, number); // the place that it leaves is free for those that come before it
        }
        for (var number = 1; number <= count && run.GoesOn; number++)
        {
            run.Put(number, target[number], from[number], from[number] == target[number].Id
                ? "It is there already."
                : string.Create(CultureInfo.InvariantCulture, $"Every node that suits the service runs {service.Instances}."));
        }
        return run.Finish(count, removed, []);
    }

    /// <summary>Numbers are never compacted and rows never removed: with a row its data would go.</summary>
    private static ServicePlan PlanStateful(GridSnapshot grid, ServiceSnapshot service, WorkingCopy copy, Candidates eligible, bool trial)
    {
        var run = new Run(grid, service, copy, eligible, trial);
        var skipped = new SortedSet<int>();
        foreach (var row in service.Rows.Where(row => row.NodeId is not null).OrderBy(row => row.Number))
        {
            var candidates = FilterChain.Run(Planner.Request(grid, copy, service, row.Number));
            if (candidates.Nodes.FirstOrDefault(node => node.Id == row.NodeId) is { } home)
            {
                run.Put(row.Number, home, home.Id, "Its data is there.", check: false);
            }
            else
            {
                skipped.Add(row.Number);
            }
        }

        var held = eligible.Nodes.ToDictionary(node => node.Id, node => service.Rows.Count(row => row.NodeId == node.Id));
        var used = service.Rows.Select(row => row.Number).ToHashSet();
        var homeless = new Queue<int>(service.Rows.Where(row => row.NodeId is null).Select(row => row.Number).Order());
        while (run.GoesOn && eligible.Nodes.Where(n => held[n.Id] < service.Instances).OrderBy(n => held[n.Id]).ThenBy(n => n.Number)
            .FirstOrDefault() is { } node)
        {
            if (!homeless.TryDequeue(out var number))
            {
                for (number = 1; !used.Add(number); number++)
                {
                }
            }
            held[node.Id]++;
            run.Put(number, node, null, string.Create(CultureInfo.InvariantCulture, $"Every node that suits the service runs {service.Instances}."));
        }
        skipped.UnionWith(homeless); // no node has room for them; their rows stay
        return run.Finish(used.Count, [], [.. skipped]);
    }

    /// <summary>Collects placements; ends at the first that its own number's filters refuse.</summary>
    private sealed class Run(GridSnapshot grid, ServiceSnapshot service, WorkingCopy copy, Candidates eligible, bool trial)
    {
        private readonly List<Placement> _placements = [];
        private PlanError? _error;

        public bool GoesOn => trial || _error is null;

        public void Put(int number, NodeSnapshot node, Guid? from, string why, bool check = true)
        {
            var request = Planner.Request(grid, copy, service, number);
            var checkedNode = check ? FilterChain.Check(request, new Candidates([node], [], null)) : null;
            if (checkedNode is { IsEmpty: true })
            {
                // The other nodes have their own share: only those that were never eligible have further reasons.
                _error ??= PlanErrors.Of(request with { CurrentNode = null }, checkedNode with
                {
                    Rejected = [.. checkedNode.Rejected, .. eligible.Rejected, .. eligible.Nodes.Where(n => n.Id != node.Id)
                        .Select(n => new NodeRejection(n.Id, n.Name, checkedNode.Error!.Value, "has its share of the service"))],
                });
                return;
            }
            copy.Place(service, number, node);
            _placements.Add(new Placement(number, node.Id, from, why, eligible.Rejected));
        }

        public ServicePlan Finish(int count, ImmutableArray<int> removed, ImmutableArray<int> skipped) =>
            new(count, [.. _placements.OrderBy(p => p.Number)], removed, skipped, _error);
    }
}
