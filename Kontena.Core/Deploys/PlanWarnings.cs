using System.Collections.Immutable;
using System.Globalization;
using Kontena.Core.Scheduling;
using Kontena.Core.Services;
using Kontena.Core.Stacks;

namespace Kontena.Core.Deploys;

/// <summary>What a person should know before pressing Deploy, beyond what changes where.</summary>
internal static class PlanWarnings
{
    public static ImmutableArray<PlanWarning> Of(
        GridSnapshot now, string stack, Dictionary<string, DeployedService> deployed, StackSpec wanted, ImmutableArray<ServiceChange> services)
    {
        var specs = wanted.Services.ToDictionary(s => s.Name, StringComparer.Ordinal);
        return
        [
            .. services.SelectMany(change => specs.TryGetValue(change.Name, out var spec)
                ? Planned(now, stack, deployed.GetValueOrDefault(change.Name), spec, change)
                : Gone(deployed[change.Name], change)),
        ];
    }

    private static IEnumerable<PlanWarning> Gone(DeployedService deployed, ServiceChange change)
    {
        if (LeftBehind(deployed.Spec, change) is { } warning)
        {
            yield return warning;
        }
    }

    private static IEnumerable<PlanWarning> Planned(
        GridSnapshot now, string stack, DeployedService? deployed, ServiceSpec spec, ServiceChange change)
    {
        if (deployed is { State: DeployedState.Stopped })
        {
            yield return new PlanWarning(change.Name, "starts_again", $"{change.Name} is stopped. This deploy starts it.");
        }
        if (Interruption(spec, change) is { } interruption)
        {
            yield return interruption;
        }
        if (deployed is not null)
        {
            foreach (var warning in Data(deployed.Spec, spec, change))
            {
                yield return warning;
            }
        }
        if (Ports(stack, change) is { } ports)
        {
            yield return ports;
        }
        if (OneZone(now, change) is { } zone)
        {
            yield return zone;
        }
        if (LeavesOffline(now, change) is { } offline)
        {
            yield return offline;
        }
    }

    private static PlanWarning? Interruption(ServiceSpec spec, ServiceChange change)
    {
        var replaced = change.Instances.Count(i => i.Kind is InstanceChangeKind.Recreated or InstanceChangeKind.Moved);
        if (replaced == 0)
        {
            return null;
        }
        if (change.StaysUp == 0)
        {
            return new PlanWarning(change.Name, "interruption", change.InstancesAfter == 1
                ? $"{change.Name} has one instance, so it is down while that one is replaced."
                : string.Create(CultureInfo.InvariantCulture,
                    $"{change.Name} may be down altogether: its min_health asks for none of {change.InstancesAfter} instances to stay up."));
        }
        return spec.Stateful
            ? new PlanWarning(change.Name, "interruption", $"{change.Name} keeps data: nobody else can answer for an instance while it is replaced.")
            : null;
    }

    private static IEnumerable<PlanWarning> Data(ServiceSpec before, ServiceSpec after, ServiceChange change)
    {
        var replaced = change.Instances.Any(i => i.Kind is InstanceChangeKind.Recreated);
        if (before.Stateful && after.Stateful && replaced)
        {
            yield return new PlanWarning(change.Name, "data_stays", $"The data of {change.Name} stays where it is; only containers are replaced.");
        }
        if (before.Stateful && !after.Stateful)
        {
            yield return new PlanWarning(change.Name, "data_left_behind",
                $"{change.Name} is no longer stateful. Its data stays on its nodes as volumes without an owner, and its containers start empty.");
        }
        if (!before.Stateful && after.Stateful && change.Kind is not ServiceChangeKind.Created)
        {
            yield return new PlanWarning(change.Name, "starts_empty",
                $"{change.Name} becomes stateful. What its present containers wrote is not taken over: it starts with empty volumes.");
        }
        if (LeftBehind(before, change) is { } scaled)
        {
            yield return scaled;
        }
        var dropped = before.Volumes.Where(IsData(before))
            .Where(old => !after.Volumes.Any(v => v.Path == old.Path && v.Source == old.Source)).Select(v => v.ToString()).ToArray();
        if (before.Stateful == after.Stateful && dropped.Length > 0)
        {
            yield return new PlanWarning(change.Name, "data_left_behind",
                $"{change.Name} no longer mounts {Some(dropped)}. What is stored there stays on the nodes.");
        }
    }

    /// <summary>Rows that go and had data.</summary>
    private static PlanWarning? LeftBehind(ServiceSpec before, ServiceChange change)
    {
        var gone = change.Instances.Where(i => i.Kind is InstanceChangeKind.Removed && i.From is not null).ToArray();
        return gone.Length == 0 || !(before.Stateful || before.Volumes.Any(IsData(before)))
            ? null
            : new PlanWarning(change.Name, "data_left_behind",
                $"The data of {Some(gone.Select(i => $"{InstanceName.Short(change.Name, i.Number)} on {i.From!.Name}"))} "
                + "stays there as volumes without an owner. Nothing is deleted.");
    }

    private static Func<VolumeMount, bool> IsData(ServiceSpec spec) =>
        mount => mount.Kind is VolumeMountKind.Named || (spec.Stateful && mount.Kind is VolumeMountKind.Anonymous);

    /// <summary>Nodes that are out because somebody else has the port; siblings keep each other apart anyway.</summary>
    private static PlanWarning? Ports(string stack, ServiceChange change)
    {
        var own = $"taken by {InstanceName.Container(stack, change.Name, 0)[..^1]}";
        var taken = change.Instances.Where(i => i.To is not null).SelectMany(i => i.Rejected)
            .Where(r => r.Code is FilterCode.Port && !r.Reason.Contains(own, StringComparison.Ordinal)).DistinctBy(r => r.NodeId).ToArray();
        return taken.Length == 0 ? null : new PlanWarning(change.Name, "port_taken",
            $"{change.Name} cannot run everywhere: {Some(taken.Select(r => $"{r.Node} {r.Reason}"))}.");
    }

    /// <summary>Rules that keep all instances together where the grid could keep them apart.</summary>
    private static PlanWarning? OneZone(GridSnapshot now, ServiceChange change)
    {
        var nodes = now.Nodes.Where(n => n.Connected).ToDictionary(n => n.Id);
        var placed = change.Instances.Where(i => i.To is not null && nodes.ContainsKey(i.To.Id)).ToArray();
        var zones = placed.Select(i => nodes[i.To!.Id].Zone).Distinct().ToArray();
        if (placed.Length < 2 || zones.Length != 1 || nodes.Values.All(n => n.Zone == zones[0]))
        {
            return null;
        }
        var ruledOut = placed[0].Rejected.Where(r => r.Code is FilterCode.Affinity).Select(r => r.NodeId).ToHashSet();
        return nodes.Values.Where(n => n.Zone != zones[0]).All(n => ruledOut.Contains(n.Id))
            ? new PlanWarning(change.Name, "one_zone",
                $"{change.Name} can live in zone {zones[0]} only: an affinity rule excludes the others. If that zone is lost, all of it stops.")
            : null;
    }

    private static PlanWarning? LeavesOffline(GridSnapshot now, ServiceChange change)
    {
        var away = now.Nodes.Where(n => !n.Connected).Select(n => n.Id).ToHashSet();
        var left = change.Instances.Where(i => i.Kind is InstanceChangeKind.Moved && i.From is { } from && away.Contains(from.Id)).ToArray();
        return left.Length == 0 ? null : new PlanWarning(change.Name, "leaves_offline_node",
            $"{Some(left.Select(i => $"{InstanceName.Short(change.Name, i.Number)} leaves {i.From!.Name}"))}, which is offline. "
            + "A container that still runs there is ended when the node returns.");
    }

    private static string Some(IEnumerable<string> things)
    {
        var all = things.ToArray();
        return all.Length <= 4
            ? string.Join(", ", all)
            : string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", all.Take(3))} and {all.Length - 3} more");
    }
}
