using Kontena.Core.Problems;
using Kontena.Web.Agents;
using Kontena.Web.Data;
using Kontena.Web.Stacks;
using Kontena.Web.Volumes;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Services;

/// <summary>Ends instances and services within one unit of work. Containers end by tombstones; volumes are left detached, with their data.</summary>
internal sealed class ServiceRemoval(KontenaDb db, DateTimeOffset now)
{
    /// <summary>Why a service cannot go: something in another stack links to it.</summary>
    public async Task<Problem?> LinkedFromOutsideAsync(Service service, Stack stack, CancellationToken cancel)
    {
        var name = $"{stack.Name}/{service.Name}";
        var others = await db.Services.AsNoTracking().Where(s => s.GridId == stack.GridId && s.StackId != stack.Id)
            .Join(db.Stacks, s => s.StackId, t => t.Id, (s, t) => new { s.Spec, Stack = t.Name }).ToListAsync(cancel);
        return others.FirstOrDefault(o => o.Spec.Links.Concat(o.Spec.ExternalLinks).Any(l => l.Name == name)) is { } linking
            ? Problem.Conflict("linked", $"{name} cannot be removed: {linking.Stack}/{linking.Spec.Name} links to it. Remove that link first.")
            : null;
    }

    /// <summary>Ends all instances of a service and removes it.</summary>
    /// <returns>The nodes whose orders change.</returns>
    public async Task<IReadOnlyCollection<Guid>> RemoveAsync(Service service, string stack, CancellationToken cancel)
    {
        var rows = await db.Instances.Where(i => i.ServiceId == service.Id).ToListAsync(cancel);
        var nodes = new HashSet<Guid>();
        foreach (var row in rows)
        {
            nodes.UnionWith(await EndAsync(row, stack, cancel));
        }
        foreach (var volume in await db.Volumes.Where(v => v.ServiceId == service.Id).ToListAsync(cancel))
        {
            Detach(volume);
        }
        db.Services.Remove(service);
        return nodes;
    }

    /// <summary>Ends one instance and removes its row.</summary>
    public async Task<IReadOnlyCollection<Guid>> EndAsync(ServiceInstance row, string stack, CancellationToken cancel)
    {
        db.Instances.Remove(row);
        foreach (var volume in await db.Volumes.Where(v => v.ServiceId == row.ServiceId && v.Number == row.Number).ToListAsync(cancel))
        {
            Detach(volume);
        }
        return await BuryAsync(row, stack, cancel) is { } node ? [node] : [];
    }

    /// <summary>Orders the end of the container where the row is now, without touching the row. Null: there never was one.</summary>
    public async Task<Guid?> BuryAsync(ServiceInstance row, string stack, CancellationToken cancel)
    {
        if (row.NodeId is not { } node || row.DeployRev == 0)
        {
            return null;
        }
        var revision = await db.ServiceRevisions.AsNoTracking().SingleAsync(r => r.ServiceId == row.ServiceId && r.Number == row.Revision, cancel);
        db.Tombstones.Add(InstanceOrders.TombstoneOf(row, node, revision, stack, now));
        return node;
    }

    private static void Detach(VolumeInstance volume)
    {
        if (volume.State is not VolumeState.Missing)
        {
            volume.State = VolumeState.Detached;
        }
    }
}
