using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;
using Kontena.Core.Nodes;
using Kontena.Core.Scheduling;
using Kontena.Core.Services;
using Kontena.Core.Stacks;

namespace Kontena.Core.Deploys;

/// <summary>Says what a deploy of a stack would do. Pure, and made of the same parts as the deploy itself.</summary>
/// <remarks>docs/scheduling.md, plan. Services are planned in link order, each sees where those before it go.</remarks>
public static class StackPlanner
{
    /// <param name="now">The grid, with the services of the stack as deployed and their rows.</param>
    /// <param name="stack">The installed name.</param>
    /// <param name="deployed">Every service that the stack has now.</param>
    /// <param name="wanted">What the new revision asks for.</param>
    public static StackPlan Plan(GridSnapshot now, string stack, ImmutableArray<DeployedService> deployed, StackSpec wanted)
    {
        var byName = deployed.ToDictionary(d => d.Spec.Name, StringComparer.Ordinal);
        var order = LinkOrder.Of(wanted.Services).Services;
        var ids = order.Select(s => s.Name).ToDictionary(name => name,
            name => byName.TryGetValue(name, out var known) ? known.Id : IdOf(stack, name), StringComparer.Ordinal);
        var gone = deployed.Where(d => !ids.ContainsKey(d.Spec.Name)).OrderBy(d => d.Spec.Name, StringComparer.Ordinal).ToArray();
        var grid = With(now, stack, order, ids, byName, wanted);

        var changes = ImmutableArray.CreateBuilder<ServiceChange>();
        changes.AddRange(gone.Select(d => Removed(now, d)));
        foreach (var spec in order)
        {
            var plan = Planner.Plan(grid, ids[spec.Name]);
            changes.Add(Change(grid, ids[spec.Name], spec, byName.GetValueOrDefault(spec.Name), plan));
            grid = Apply(grid, ids[spec.Name], plan);
        }
        var services = changes.ToImmutable();
        return new StackPlan(stack, services, Nodes(now, grid, deployed, services), Figures(services),
            PlanWarnings.Of(now, stack, byName, wanted, services), Error(wanted, services), Fingerprint(services));
    }

    /// <summary>
    /// How many instances a service has after a deploy. A file that changes the number wins; one that leaves it alone does
    /// not undo a scaling.
    /// </summary>
    /// <param name="deployed">Null for a new service.</param>
    public static int InstancesAfter(DeployedService? deployed, ServiceSpec wanted) =>
        deployed is null || deployed.Spec.Instances != wanted.Instances ? wanted.Instances : deployed.Instances;

    /// <summary>A spec with the names that its volumes have in the grid: two stacks may call different volumes alike.</summary>
    public static ServiceSpec WithVolumeNames(ServiceSpec spec, ImmutableArray<StackVolume> volumes) => spec with
    {
        Volumes =
        [
            .. spec.Volumes.Select(mount => mount.Kind is VolumeMountKind.Named && volumes.FirstOrDefault(v => v.Name == mount.Source) is { } volume
                ? mount with { Source = volume.External }
                : mount),
        ],
    };

    /// <summary>The grid with the wanted specs in place of the deployed ones. Services that the file no longer has are gone: they go first.</summary>
    private static GridSnapshot With(
        GridSnapshot now, string stack, ImmutableArray<ServiceSpec> order, Dictionary<string, Guid> ids,
        Dictionary<string, DeployedService> deployed, StackSpec wanted)
    {
        var current = now.Services.Where(s => s.Stack == stack).ToDictionary(s => s.Id);
        var planned = order.Select(spec =>
        {
            var service = current.GetValueOrDefault(ids[spec.Name])
                ?? new ServiceSnapshot { Id = ids[spec.Name], Stack = stack, Spec = spec, Instances = 0 };
            return service with
            {
                Spec = WithVolumeNames(spec, wanted.Volumes),
                Instances = InstancesAfter(deployed.GetValueOrDefault(spec.Name), spec),
            };
        });
        var created = wanted.Volumes.Where(v => v.Create is not null && !now.Volumes.Any(known => known.Name == v.External))
            .Select(v => new VolumeSnapshot(v.External, v.Create!.Scope, v.Create.Driver, v.Create.Driver == "local"));
        return now with
        {
            Services = [.. now.Services.Where(s => s.Stack != stack), .. planned],
            Volumes = [.. now.Volumes, .. created],
        };
    }

    /// <summary>The grid after the service was deployed, as far as placement can tell.</summary>
    private static GridSnapshot Apply(GridSnapshot grid, Guid id, ServicePlan plan)
    {
        var service = grid.Services.Single(s => s.Id == id);
        var placed = plan.Placements.ToDictionary(p => p.Number, p => (Guid?)p.NodeId);
        var rows = service.Rows.Where(row => !plan.Removed.Contains(row.Number) && !placed.ContainsKey(row.Number))
            .Concat(placed.Select(p => new InstanceRow(p.Key, p.Value)));
        var after = service with { Rows = [.. rows.OrderBy(row => row.Number)] };
        return grid with
        {
            Services = grid.Services.Replace(service, after),
            Nodes = [.. grid.Nodes.Select(node => node with
            {
                Containers =
                [
                    .. node.Containers.Where(c => c.Stack != service.Stack || c.Service != service.Name),
                    .. after.Rows.Where(row => row.NodeId == node.Id).Select(row => new NodeContainer(
                        InstanceName.Container(service.Stack, service.Name, row.Number), service.Name, service.Stack, row.Number)),
                ],
            })],
        };
    }

    private static ServiceChange Change(GridSnapshot grid, Guid id, ServiceSpec spec, DeployedService? deployed, ServicePlan plan)
    {
        var service = grid.Services.Single(s => s.Id == id);
        var fields = deployed is null ? [] : SpecDiff.Between(deployed.Spec, spec);
        var recreates = deployed is not null && SpecDiff.Recreates(deployed.Spec, spec);
        var instances = Instances(grid, service, plan, recreates, deployed?.State);
        var before = deployed?.Instances ?? 0;
        var kind = deployed is null or { State: DeployedState.Initialized } ? ServiceChangeKind.Created
            : fields.Any(f => f.Field != "instances") ? ServiceChangeKind.Changed
            : before != service.Instances || instances.Any(i => i.Kind is InstanceChangeKind.Created or InstanceChangeKind.Removed)
                ? ServiceChangeKind.Scaled
            : instances.Any(i => i.Kind is not InstanceChangeKind.Unchanged) ? ServiceChangeKind.Moved
            : ServiceChangeKind.Unchanged;
        var placed = plan.Placements.Length;
        return new ServiceChange(id, spec.Name, kind, spec.Stateful, fields, recreates, service.Rows.Length, plan.Count, instances,
            DeploySteps.Required(spec, placed), DeploySteps.Limit(spec, placed), plan.Error);
    }

    private static ImmutableArray<InstanceChange> Instances(
        GridSnapshot grid, ServiceSnapshot service, ServicePlan plan, bool recreates, DeployedState? state)
    {
        var nodes = grid.Nodes.ToDictionary(node => node.Id, node => new PlanNode(node.Id, node.Name));
        var rows = service.Rows.ToDictionary(row => row.Number, row => row.NodeId is { } id ? nodes.GetValueOrDefault(id) : null);
        var outdated = service.Rows.Where(row => row.Outdated).Select(row => row.Number).ToHashSet();
        var placed = plan.Placements.Select(p => new InstanceChange(p.Number,
            p.From is null ? InstanceChangeKind.Created
                : p.From != p.NodeId ? InstanceChangeKind.Moved
                : recreates || outdated.Contains(p.Number) ? InstanceChangeKind.Recreated
                : state is DeployedState.Stopped ? InstanceChangeKind.Started
                : InstanceChangeKind.Unchanged,
            rows.GetValueOrDefault(p.Number), nodes[p.NodeId], p.Why, p.Rejected));
        var removed = plan.Removed.Select(number => new InstanceChange(
            number, InstanceChangeKind.Removed, rows.GetValueOrDefault(number), null, "The service has fewer instances.", []));
        var skipped = plan.Skipped.Select(number => new InstanceChange(number, InstanceChangeKind.Unchanged, rows.GetValueOrDefault(number),
            rows.GetValueOrDefault(number), "Its node is away or does not take it; it is left alone, and its data too.", []));
        var known = plan.Placements.Select(p => p.Number).Concat(plan.Removed).Concat(plan.Skipped).ToHashSet();
        var missing = plan.Error is not { } error ? [] : Enumerable.Range(1, Math.Max(error.Number, Math.Min(plan.Count, error.Number + 1_000)))
            .Where(number => !known.Contains(number))
            .Select(number => new InstanceChange(number, InstanceChangeKind.NoNode, rows.GetValueOrDefault(number), null,
                number == error.Number ? error.Message : $"{InstanceName.Short(service.Name, error.Number)} before it has no node.",
                number == error.Number ? error.Rejected : []));
        return [.. placed.Concat(removed).Concat(skipped).Concat(missing).OrderBy(i => i.Number)];
    }

    private static ServiceChange Removed(GridSnapshot now, DeployedService deployed)
    {
        var rows = now.Services.FirstOrDefault(s => s.Id == deployed.Id)?.Rows ?? [];
        return new ServiceChange(
            deployed.Id, deployed.Spec.Name, ServiceChangeKind.Removed, deployed.Spec.Stateful, [], false, rows.Length, 0,
            [.. rows.OrderBy(row => row.Number).Select(row => new InstanceChange(row.Number, InstanceChangeKind.Removed,
                now.Nodes.Where(node => node.Id == row.NodeId).Select(node => new PlanNode(node.Id, node.Name)).FirstOrDefault(), null,
                "The file no longer has the service.", []))],
            0, Math.Max(1, rows.Length), null);
    }

    private static ImmutableArray<NodeChange> Nodes(
        GridSnapshot now, GridSnapshot then, ImmutableArray<DeployedService> deployed, ImmutableArray<ServiceChange> services)
    {
        var stack = services.Select(s => s.Id).ToHashSet();
        var before = Needs(now, deployed.ToDictionary(d => d.Id, d => d.State is DeployedState.Running));
        var after = Needs(then, services.ToDictionary(s => s.Id, _ => true));
        return [.. now.Nodes.OrderBy(node => node.Number).Select(node => new NodeChange(node.Id, node.Name, node.Zone, node.Connected,
            On(now, node, stack), On(then, node, stack), node.Memory?.TotalBytes ?? node.MemoryTotalBytes, Used(node),
            Used(node) is { } used ? Math.Max(0, used + after.GetValueOrDefault(node.Id) - before.GetValueOrDefault(node.Id)) : null))];
    }

    private static long? Used(NodeSnapshot node) =>
        node.Memory is { } m ? m.TotalBytes - m.FreeBytes - m.CachedBytes - m.BuffersBytes : null;

    private static ImmutableArray<string> On(GridSnapshot grid, NodeSnapshot node, HashSet<Guid> stack) =>
    [
        .. grid.Services.Where(s => stack.Contains(s.Id)).OrderBy(s => s.Name, StringComparer.Ordinal)
            .SelectMany(s => s.Rows.Where(row => row.NodeId == node.Id).OrderBy(row => row.Number)
                .Select(row => InstanceName.Short(s.Name, row.Number))),
    ];

    /// <summary>Memory by node that the given services use or will use, as far as anybody knows.</summary>
    private static Dictionary<Guid, long> Needs(GridSnapshot grid, Dictionary<Guid, bool> services) => grid.Services
        .Where(service => services.GetValueOrDefault(service.Id))
        .SelectMany(service => service.Rows.Where(row => row.NodeId is not null).Select(row => (Node: row.NodeId!.Value,
            Bytes: service.PeakMemoryBytes ?? service.Spec.MemoryBytes ?? service.Spec.MemorySwapBytes ?? 0)))
        .GroupBy(need => need.Node).ToDictionary(g => g.Key, g => g.Sum(need => need.Bytes));

    private static PlanFigures Figures(ImmutableArray<ServiceChange> services)
    {
        var kinds = services.SelectMany(s => s.Instances).CountBy(i => i.Kind).ToDictionary();
        int Of(InstanceChangeKind kind) => kinds.GetValueOrDefault(kind);
        return new PlanFigures(Of(InstanceChangeKind.Created), Of(InstanceChangeKind.Recreated), Of(InstanceChangeKind.Moved),
            Of(InstanceChangeKind.Started), Of(InstanceChangeKind.Removed), Of(InstanceChangeKind.Unchanged), Of(InstanceChangeKind.NoNode));
    }

    private static string? Error(StackSpec wanted, ImmutableArray<ServiceChange> services)
    {
        var problems = LinkOrder.Of(wanted.Services).Problems.Select(p => p.Message)
            .Concat(services.Select(s => s.Error?.Message).OfType<string>()).ToArray();
        return problems.Length == 0 ? null : string.Join("\n", problems);
    }

    private static string Fingerprint(ImmutableArray<ServiceChange> services)
    {
        var text = new StringBuilder();
        foreach (var service in services)
        {
            text.Append(service.Name).Append('|').Append(service.Kind).Append('|').Append(service.InstancesAfter).Append('|')
                .AppendJoin(';', service.Fields.Select(f => $"{f.Kind} {f.Field} {f.Before} {f.After}")).Append('|')
                .AppendJoin(';', service.Instances.Select(i => $"{i.Number} {i.Kind} {i.From?.Id} {i.To?.Id}")).Append('\n');
        }
        return Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>The same for the same name, so that planning stays pure.</summary>
    private static Guid IdOf(string stack, string service) => new(XxHash128.Hash(Encoding.UTF8.GetBytes($"{stack}/{service}")));
}
