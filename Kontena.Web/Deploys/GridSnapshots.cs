using System.Collections.Immutable;
using Kontena.Core.Deploys;
using Kontena.Core.Nodes;
using Kontena.Core.Scheduling;
using Kontena.Core.Services;
using Kontena.Core.Stacks;
using Kontena.Core.Volumes;
using Kontena.Web.Data;
using Kontena.Web.Nodes;
using Kontena.Web.Stacks;
using Kontena.Web.Stats;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Deploys;

/// <summary>Reads what the planner may see of a grid.</summary>
internal sealed class GridSnapshots(LatestStats stats)
{
    public async Task<GridSnapshot> ReadAsync(KontenaDb db, Guid gridId, CancellationToken cancel)
    {
        var grid = await db.Grids.AsNoTracking().SingleAsync(g => g.Id == gridId, cancel);
        var nodes = await db.Nodes.AsNoTracking().Where(n => n.GridId == gridId).OrderBy(n => n.Number).ToListAsync(cancel);
        var services = await db.Services.AsNoTracking().Where(s => s.GridId == gridId)
            .Join(db.Stacks, s => s.StackId, t => t.Id, (s, t) => new { Service = s, Stack = t.Name, t.Id }).ToListAsync(cancel);
        var present = services.ToDictionary(s => s.Service.Id, s => s.Service.Revision);
        var containers = (await db.ServiceRevisions.AsNoTracking().Where(r => db.Services.Any(s => s.Id == r.ServiceId && s.GridId == gridId))
            .Select(r => new { r.ServiceId, r.Number, r.ContainerRevision }).ToListAsync(cancel))
            .ToDictionary(r => (r.ServiceId, r.Number), r => r.ContainerRevision);
        var rows = (await db.Instances.AsNoTracking().Where(i => i.GridId == gridId)
            .Select(i => new { i.ServiceId, i.Number, i.NodeId, i.Revision }).ToListAsync(cancel))
            .ToLookup(i => i.ServiceId, i => new InstanceRow(i.Number, i.NodeId,
                Outdated: containers.GetValueOrDefault((i.ServiceId, i.Revision))
                    != containers.GetValueOrDefault((i.ServiceId, present.GetValueOrDefault(i.ServiceId)))));
        var stackVolumes = await StackVolumesAsync(db, gridId, cancel);
        var volumeNames = (await db.Volumes.AsNoTracking().Where(v => v.GridId == gridId).Select(v => new { v.NodeId, v.DockerName }).ToListAsync(cancel))
            .ToLookup(v => v.NodeId, v => v.DockerName);
        return new GridSnapshot
        {
            Grid = grid.Name,
            DefaultAffinity = grid.DefaultAffinity,
            Nodes = [.. nodes.Select(n => Snapshot(n, [.. volumeNames[n.Id]]))],
            Services =
            [
                .. services.OrderBy(s => s.Stack, StringComparer.Ordinal).ThenBy(s => s.Service.Name, StringComparer.Ordinal).Select(s => new ServiceSnapshot
                {
                    Id = s.Service.Id,
                    Stack = s.Stack,
                    Spec = StackPlanner.WithVolumeNames(s.Service.Spec, [.. stackVolumes[s.Id]]),
                    Instances = s.Service.Instances,
                    Rows = [.. rows[s.Service.Id].OrderBy(r => r.Number)],
                    DeployRev = s.Service.DeployRev,
                }),
            ],
            Volumes = [.. stackVolumes.SelectMany(v => v).Select(Snapshot).DistinctBy(v => v.Name)],
        };
    }

    private static VolumeSnapshot Snapshot(StackVolume volume) => volume.Create is { } create
        ? new VolumeSnapshot(volume.External, create.Scope, create.Driver, create.Driver == "local")
        : new VolumeSnapshot(volume.External, VolumeScope.Grid, "local", false);

    private NodeSnapshot Snapshot(HostNode node, ImmutableArray<string> volumes) => new()
    {
        Id = node.Id,
        Name = node.Name,
        Number = node.Number,
        Labels = node.Labels,
        Availability = node.Availability,
        Connected = node is { Session: not null, Facts: not null, EngineProblem: null },
        LastSeenAt = node.LastSeenAt,
        Cpus = node.Facts?.Cpus,
        MemoryTotalBytes = node.Facts?.MemoryTotalBytes,
        Memory = stats.OfNode(node.Id) is { } memory ? new NodeMemory(memory.MemoryTotalBytes, memory.MemoryTotalBytes - memory.MemoryUsedBytes, 0, 0) : null,
        VolumeDrivers = node.Facts is { VolumeDrivers: { IsDefaultOrEmpty: false } drivers } ? drivers : ["local"],
        VolumeInstances = volumes,
        Containers = [.. node.Facts?.Containers.Select(c => new NodeContainer(c.Name, c.Service, c.Stack, c.Number)) ?? []],
        ForeignPorts = [.. node.Facts?.ForeignPorts.Select(p => new ForeignPort(p.Ip, p.Port, p.Protocol)) ?? []],
    };

    private static async Task<ILookup<Guid, StackVolume>> StackVolumesAsync(KontenaDb db, Guid grid, CancellationToken cancel) =>
        (await db.Stacks.AsNoTracking().Where(s => s.GridId == grid)
            .Join(db.StackRevisions, s => s.Id, r => r.StackId, (s, r) => new { s.Id, s.DeployedRevision, Revision = r })
            .Where(x => x.Revision.Number == x.DeployedRevision)
            .Select(x => new { x.Id, x.Revision.Spec })
            .ToListAsync(cancel))
        .SelectMany(x => x.Spec.Volumes, (x, volume) => (x.Id, volume)).ToLookup(x => x.Id, x => x.volume);
}
