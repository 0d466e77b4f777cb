using Kontena.Core.Protocol;
using Kontena.Web.Data;
using Kontena.Web.Events;
using Kontena.Web.Identity;
using Kontena.Web.Volumes;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Agents;

/// <summary>Takes a node's inventory of managed volumes. A volume that is gone from it is missing, never deleted from our books.</summary>
internal sealed class RecordVolumes(IDbContextFactory<KontenaDb> databases, ChangeFeed changes, TimeProvider time)
{
    private const int MostVolumes = 5_000;

    public async Task HandleAsync(Guid node, VolumeInventory inventory, CancellationToken cancel)
    {
        if (inventory.Volumes.IsDefault || inventory.Volumes.Length > MostVolumes)
        {
            return;
        }
        while (true)
        {
            await using var db = await databases.CreateDbContextAsync(cancel);
            if (await db.Nodes.SingleOrDefaultAsync(n => n.Id == node, cancel) is not { } owner)
            {
                return;
            }
            var now = time.GetUtcNow();
            var known = await db.Volumes.Where(v => v.NodeId == node).ToDictionaryAsync(v => v.Uid, cancel);
            var ids = inventory.Volumes.Select(f => f.ServiceId).Concat(known.Values.Select(v => v.ServiceId)).Distinct().ToList();
            var rows = await db.Instances.Where(i => i.NodeId == node && ids.Contains(i.ServiceId)).Select(i => new { i.ServiceId, i.Number }).ToListAsync(cancel);
            var owners = rows.Select(r => ((Guid?)r.ServiceId, (int?)r.Number)).ToHashSet();
            var services = await db.Services.Where(s => s.GridId == owner.GridId && ids.Contains(s.Id)).Select(s => (Guid?)s.Id).ToListAsync(cancel);
            var ordersChanged = false;
            foreach (var fact in inventory.Volumes)
            {
                if (!known.Remove(fact.Uid, out var volume))
                {
                    volume = New(owner.GridId, node, fact, now);
                    db.Volumes.Add(volume);
                    db.Events.Add(Event.Of(Actor.Agent(node, owner.Name), now, owner.GridId, "volume.created", volume.DockerName, volume.Id,
                        $"Volume {volume.DockerName} is on {owner.Name}"));
                    ordersChanged = true;
                }
                var owned = volume.Number is null ? services.Contains(volume.ServiceId) : owners.Contains((volume.ServiceId, volume.Number));
                volume.State = fact.InUse ? VolumeState.InUse : owned ? VolumeState.Ready : VolumeState.Detached;
                volume.LastSeenAt = now;
                volume.SizeBytes = fact.SizeBytes ?? volume.SizeBytes;
            }
            foreach (var missing in known.Values.Where(v => v.State is not VolumeState.Missing))
            {
                missing.State = VolumeState.Missing;
                db.Events.Add(Event.Of(Actor.Agent(node, owner.Name), now, owner.GridId, "volume.missing", missing.DockerName, missing.Id,
                    $"Volume {missing.DockerName} does not exist on {owner.Name} any more", level: "crit"));
            }
            if (ordersChanged)
            {
                owner.OrdersChanged(); // what the agent must find before it starts an instance
            }
            if (await db.SaveAsync("the volumes", cancel) is null)
            {
                changes.Publish(owner.GridId);
                return;
            }
        }
    }

    private static VolumeInstance New(Guid grid, Guid node, VolumeFact fact, DateTimeOffset now) => new()
    {
        GridId = grid,
        NodeId = node,
        Uid = fact.Uid,
        DockerName = Cut(fact.DockerName, 255)!,
        Driver = Cut(fact.Driver, 128)!,
        Scope = fact.Scope is "instance" or "stack" or "grid" ? fact.Scope : "instance",
        ServiceId = fact.ServiceId,
        Stack = Cut(fact.Stack, 63)!,
        Service = Cut(fact.Service, 63),
        Number = fact.Number,
        Path = Cut(fact.Path, 4_096),
        Source = Cut(fact.Source, 255),
        CreatedAt = now,
        LastSeenAt = now,
    };

    private static string? Cut(string? text, int length) => text?.Length > length ? text[..length] : text;
}
