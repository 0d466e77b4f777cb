using System.Collections.Concurrent;
using Kontena.Core.Protocol;
using Kontena.Web.Data;
using Kontena.Web.Deploys;
using Kontena.Web.Events;
using Kontena.Web.Identity;
using Kontena.Web.Services;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Agents;

/// <summary>Takes what an agent reports of its instances: rows of its own node only, and never an older word after a newer one.</summary>
internal sealed class RecordInstances(IDbContextFactory<KontenaDb> databases, ChangeFeed changes, DeployWake deploys, TimeProvider time)
{
    private const int MostReports = 2_000;
    private readonly ConcurrentDictionary<Guid, long> _sequences = new();

    /// <summary>A new connection counts from the beginning.</summary>
    public Task ForgetSequenceAsync(Guid node)
    {
        _sequences.TryRemove(node, out _);
        return Task.CompletedTask;
    }

    public async Task HandleAsync(Guid node, InstanceReports reports, CancellationToken cancel)
    {
        if (reports.Instances.IsDefaultOrEmpty || reports.Instances.Length > MostReports
            || _sequences.TryGetValue(node, out var last) && reports.Sequence <= last)
        {
            return;
        }
        var ids = reports.Instances.Select(r => r.InstanceId).Distinct().ToList();
        while (true)
        {
            await using var db = await databases.CreateDbContextAsync(cancel);
            var rows = await db.Instances.Where(i => i.NodeId == node && ids.Contains(i.Id)).ToDictionaryAsync(i => i.Id, cancel);
            var tombstones = await db.Tombstones.Where(t => t.NodeId == node && ids.Contains(t.InstanceId)).ToListAsync(cancel);
            var names = await NamesAsync(db, rows.Values, cancel);
            var grid = rows.Values.Select(r => r.GridId).Concat(tombstones.Select(t => t.GridId)).Cast<Guid?>().FirstOrDefault();
            var ended = false;
            foreach (var report in reports.Instances)
            {
                if (report.State is InstanceState.Terminated)
                {
                    if (tombstones.Find(t => t.InstanceId == report.InstanceId && t.Epoch == report.Epoch) is { } tombstone)
                    {
                        db.Tombstones.Remove(tombstone);
                        ended = true;
                    }
                    continue;
                }
                if (rows.TryGetValue(report.InstanceId, out var row))
                {
                    Take(db, row, names[row.ServiceId], report);
                }
            }
            if (ended)
            {
                await db.TouchNodesAsync([node], cancel); // the tombstone left the list
            }
            if (await db.SaveAsync("the instances", cancel) is null)
            {
                _sequences[node] = reports.Sequence;
                if (grid is not null)
                {
                    changes.Publish(grid);
                    deploys.Wake();
                }
                return;
            }
        }
    }

    private void Take(KontenaDb db, ServiceInstance row, string service, InstanceReport report)
    {
        var before = (row.State, row.Ready, row.Unhealthy, row.Error);
        var now = time.GetUtcNow();
        if (!row.Take(report, now) || (row.State, row.Ready, row.Unhealthy, row.Error) == before)
        {
            return;
        }
        var name = $"{service}-{row.Number}";
        var error = row.Error?.StartsWith(name.Replace('/', '.'), StringComparison.Ordinal) is true ? name + row.Error[name.Length..] : row.Error;
        var (kind, level, what) = row switch
        {
            { State: InstanceState.Restarting } when before.State is not InstanceState.Restarting =>
                ("instance.crashed", "crit", error?.StartsWith(name, StringComparison.Ordinal) is true ? error : $"ended: {error ?? "no reason given"}"),
            { Error: not null } when row.Error != before.Error => ("instance.failed", "crit", error!),
            { Unhealthy: true } when !before.Unhealthy => ("instance.unhealthy", "warn", "fails its health check"),
            { State: InstanceState.Running, Ready: true } when !before.Ready => ("instance.ready", "good", "is running"),
            { State: InstanceState.Stopped } when before.State is not InstanceState.Stopped => ("instance.stopped", "info", "is stopped"),
            _ => ("", "", ""),
        };
        if (kind.Length > 0)
        {
            var summary = what.StartsWith(name, StringComparison.Ordinal) ? what : $"{name} {what}";
            db.Events.Add(Event.Of(Actor.Agent(row.NodeId!.Value, "agent"), now, row.GridId, kind, name, row.ServiceId, summary,
                before.State.ToString(), row.State.ToString(), level));
        }
    }

    private static async Task<Dictionary<Guid, string>> NamesAsync(KontenaDb db, IEnumerable<ServiceInstance> rows, CancellationToken cancel)
    {
        var ids = rows.Select(r => r.ServiceId).Distinct().ToList();
        return await db.Services.Where(s => ids.Contains(s.Id)).Join(db.Stacks, s => s.StackId, t => t.Id, (s, t) => new { s.Id, Name = t.Name + "/" + s.Name })
            .ToDictionaryAsync(x => x.Id, x => x.Name, cancel);
    }
}
