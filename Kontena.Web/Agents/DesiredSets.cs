using System.Collections.Immutable;
using Kontena.Core.Grids;
using Kontena.Core.Protocol;
using Kontena.Core.Services;
using Kontena.Core.Stacks;
using Kontena.Core.Volumes;
using Kontena.Web.Data;
using Kontena.Web.Grids;
using Kontena.Web.Nodes;
using Kontena.Web.Services;
using Kontena.Web.Stacks;
using Kontena.Web.Volumes;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Agents;

/// <summary>Everything that should be on one node, from the database alone.</summary>
internal sealed class DesiredSets(IDbContextFactory<KontenaDb> databases)
{
    private const int NetworkMtu = 1420; // a tunnel's, from the start, so that a second node recreates nothing

    public async Task<DesiredSet> ReadAsync(Guid nodeId, long since, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        await using var snapshot = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.Serializable, cancel);
        var node = await db.Nodes.AsNoTracking().SingleAsync(n => n.Id == nodeId, cancel);
        var grid = await db.Grids.AsNoTracking().SingleAsync(g => g.Id == node.GridId, cancel);
        var dataGeneration = await db.Installation.Select(i => i.DataGeneration).SingleAsync(cancel);
        if (GridSubnet.Parse(grid.Subnet) is not { Ok: true, Value: var subnet })
        {
            throw new InvalidOperationException($"Grid {grid.Name} has the subnet {grid.Subnet}, which is none.");
        }
        var set = new DesiredSet
        {
            GridId = grid.Id,
            Grid = grid.Name,
            DataGeneration = dataGeneration,
            Generation = node.OrdersGeneration,
            Unchanged = node.OrdersGeneration == since,
            Network = new NetworkOrder("kontena", subnet.NodeSubnet(node.Number).ToString(), subnet.NodeGateway(node.Number).ToString(), NetworkMtu),
            Instances = [],
        };
        return set.Unchanged ? set : set with { Instances = await OrdersAsync(db, node, cancel) };
    }

    /// <summary>The orders of one node: its rows, and the containers that must end on it.</summary>
    private static async Task<ImmutableArray<InstanceOrder>> OrdersAsync(KontenaDb db, HostNode node, CancellationToken cancel)
    {
        var rows = await db.Instances.AsNoTracking()
            .Where(i => i.NodeId == node.Id && i.Desired != DesiredInstanceState.Initialized)
            .Join(db.Services, i => i.ServiceId, s => s.Id, (i, s) => new { Instance = i, s.StackId })
            .ToListAsync(cancel);
        var serviceIds = rows.Select(r => r.Instance.ServiceId).Distinct().ToList();
        var stackIds = rows.Select(r => r.StackId).Distinct().ToList();
        var revisions = (await db.ServiceRevisions.AsNoTracking().Where(r => serviceIds.Contains(r.ServiceId)).ToListAsync(cancel))
            .ToDictionary(r => (r.ServiceId, r.Number));
        var stacks = await db.Stacks.AsNoTracking().Where(s => stackIds.Contains(s.Id))
            .Join(db.StackRevisions, s => s.Id, r => r.StackId, (s, r) => new { Stack = s, Revision = r })
            .Where(x => x.Revision.Number == x.Stack.DeployedRevision)
            .ToDictionaryAsync(x => x.Stack.Id, x => (x.Stack.Name, x.Revision.Spec), cancel);
        var siblings = (await db.Services.AsNoTracking().Where(s => stackIds.Contains(s.StackId)).Select(s => new { s.StackId, s.Spec }).ToListAsync(cancel))
            .ToLookup(s => s.StackId, s => s.Spec);
        var volumes = (await db.Volumes.AsNoTracking()
            .Where(v => v.NodeId == node.Id && v.ServiceId != null && v.Path != null && serviceIds.Contains(v.ServiceId.Value) && v.State != VolumeState.Detached)
            .ToListAsync(cancel)).ToLookup(v => (v.ServiceId, v.Number));
        var orders = rows.Select(r =>
        {
            var revision = revisions[(r.Instance.ServiceId, r.Instance.Revision)];
            var (stack, spec) = stacks[r.StackId];
            return InstanceOrders.Of(r.Instance, revision, stack, spec, siblings[r.StackId], volumes[(r.Instance.ServiceId, r.Instance.Number)]);
        });
        var tombstones = await db.Tombstones.AsNoTracking().Where(t => t.NodeId == node.Id).Select(t => t.Order).ToListAsync(cancel);
        return [.. orders.Concat(tombstones).OrderBy(o => o.Stack, StringComparer.Ordinal).ThenBy(o => o.Spec.Name, StringComparer.Ordinal).ThenBy(o => o.Number)];
    }
}

/// <summary>Turns a row into what its agent is told.</summary>
internal static class InstanceOrders
{
    public static InstanceOrder Of(
        ServiceInstance instance, ServiceRevision revision, string stack, StackSpec stackSpec, IEnumerable<ServiceSpec> siblings, IEnumerable<VolumeInstance> known) => new()
        {
            InstanceId = instance.Id,
            ServiceId = instance.ServiceId,
            Stack = stack,
            Number = instance.Number,
            Epoch = instance.Epoch,
            DeployRev = instance.DeployRev,
            Revision = revision.ContainerRevision,
            Desired = instance.Desired is DesiredInstanceState.Running ? DesiredState.Running : DesiredState.Stopped,
            Spec = revision.Spec,
            RestartSequence = instance.RestartSequence,
            RestartDone = instance.RestartDone,
            Exposed = stackSpec.Expose == revision.Spec.Name,
            LinkAliases = Aliases(revision.Spec.Name, siblings),
            Volumes = NamedVolumes(stack, stackSpec, revision.Spec, instance.Number),
            KnownVolumes = [.. known.Select(v => new KnownVolume(v.Uid, v.DockerName, v.Path!))],
            OneshotsDone = instance.OneshotsDone,
        };

    /// <summary>The order that ends the container wherever the row is now.</summary>
    public static Tombstone TombstoneOf(ServiceInstance instance, Guid node, ServiceRevision revision, string stack, DateTimeOffset now) => new()
    {
        GridId = instance.GridId,
        NodeId = node,
        InstanceId = instance.Id,
        Epoch = instance.Epoch,
        CreatedAt = now,
        Order = new InstanceOrder
        {
            InstanceId = instance.Id,
            ServiceId = instance.ServiceId,
            Stack = stack,
            Number = instance.Number,
            Epoch = instance.Epoch,
            DeployRev = instance.DeployRev,
            Revision = revision.ContainerRevision,
            Desired = DesiredState.Terminated,
            Spec = revision.Spec,
        },
    };

    /// <summary>Names that the stack's other services use for this one, unless a service has that name.</summary>
    private static ImmutableArray<string> Aliases(string service, IEnumerable<ServiceSpec> siblings)
    {
        var all = siblings.ToList();
        var taken = all.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        return [.. all.SelectMany(s => s.Links).Where(l => l.Name == service && !taken.Contains(l.Alias)).Select(l => l.Alias).Distinct().Order(StringComparer.Ordinal)];
    }

    private static ImmutableArray<VolumeOrder> NamedVolumes(string stack, StackSpec stackSpec, ServiceSpec spec, int number) =>
    [
        .. spec.Volumes.Where(m => m.Kind is VolumeMountKind.Named).Select(m => m.Source!).Distinct().Select(source =>
        {
            var declared = stackSpec.Volumes.FirstOrDefault(v => v.Name == source);
            var creation = declared?.Create ?? new VolumeCreation("local", ImmutableSortedDictionary<string, string>.Empty, "grid");
            var name = creation.Scope is VolumeScope.Grid
                ? declared?.External ?? source
                : VolumeNaming.DockerName(creation.Scope, stack, spec.Name, source, number);
            return new VolumeOrder(source, name, creation.Driver, creation.DriverOptions, creation.Scope);
        }),
    ];
}
