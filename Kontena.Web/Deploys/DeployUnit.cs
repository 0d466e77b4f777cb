using System.Collections.Immutable;
using Kontena.Core.Deploys;
using Kontena.Core.Protocol;
using Kontena.Core.Services;
using Kontena.Web.Data;
using Kontena.Web.Events;
using Kontena.Web.Identity;
using Kontena.Web.Services;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Deploys;

/// <summary>One deploy within one unit of work: rows to snapshot, Core's decisions back to rows.</summary>
internal sealed class DeployUnit(KontenaDb db, Service service, string stack, DateTimeOffset now, Actor actor)
{
    private const int KeptDeploys = 100;
    private const int KeptRevisions = 10;
    private readonly HashSet<Guid> _touched = [];

    public KontenaDb Db => db;

    public Service Service => service;

    public DateTimeOffset Now => now;

    public string Name => $"{stack}/{service.Name}";

    /// <summary>The nodes whose orders changed.</summary>
    public IReadOnlyCollection<Guid> Touched => _touched;

    public void Say(Deploy deploy, string kind, string summary, string level) =>
        db.Events.Add(Event.Of(actor, now, deploy.GridId, kind, Name, service.Id, summary, level: level));

    /// <returns>When the next deadline or watch window ends.</returns>
    public async Task<DateTimeOffset?> StepAsync(Deploy deploy, CancellationToken cancel)
    {
        var rows = await db.Instances.Where(i => i.ServiceId == service.Id).ToDictionaryAsync(i => i.Number, cancel);
        var parts = await db.InstanceDeploys.Where(d => d.DeployId == deploy.Id).ToDictionaryAsync(d => d.Number, cancel);
        var revision = await db.ServiceRevisions.AsNoTracking().SingleAsync(r => r.ServiceId == service.Id && r.Number == deploy.Revision, cancel);
        var buried = await db.Tombstones.AsNoTracking().Where(t => t.GridId == service.GridId).Select(t => new { t.InstanceId, t.NodeId, t.Order }).ToListAsync(cancel);
        var graves = buried.Where(t => t.Order.ServiceId == service.Id).Select(t => (t.Order.Number, t.NodeId)).ToHashSet();
        var online = (await db.Nodes.Where(n => n.GridId == service.GridId && n.Session != null).Select(n => n.Id).ToListAsync(cancel)).ToHashSet();
        var snapshot = Snapshot(deploy, revision.Spec, rows, parts, graves, online);
        var removal = new ServiceRemoval(db, now);
        foreach (var action in DeploySteps.Next(snapshot, now))
        {
            await ApplyAsync(deploy, action, rows, parts, removal, cancel);
        }
        return deploy.Finished ? null : DeploySteps.WakeAt(snapshot, now);
    }

    private DeploySnapshot Snapshot(
        Deploy deploy, ServiceSpec spec, Dictionary<int, ServiceInstance> rows, Dictionary<int, InstanceDeploy> parts,
        HashSet<(int Number, Guid Node)> graves, HashSet<Guid> online)
    {
        var targets = deploy.Plan!.Placements.ToDictionary(p => p.Number, p => p.NodeId);
        return new DeploySnapshot
        {
            Spec = spec,
            DeployRev = deploy.DeployRev!.Value,
            StartedAt = deploy.StartedAt!.Value,
            Count = deploy.Count,
            Aborted = deploy.CancelRequested || service.State is not ServiceState.Running,
            Instances =
            [
                .. parts.Values.OrderBy(p => p.Number).Select(part =>
                {
                    var row = rows.GetValueOrDefault(part.Number);
                    var leaves = part.Step is InstanceDeployStep.StopOld ? part.FromNodeId : row?.NodeId;
                    return new InstanceProgress
                    {
                        Number = part.Number,
                        State = part.State,
                        Step = part.Step,
                        TargetNode = part.NodeId,
                        CurrentNode = leaves,
                        CurrentNodeConnected = leaves is { } node && online.Contains(node),
                        Available = row is { State: InstanceState.Running, Ready: true, NodeId: { } at } && online.Contains(at),
                        Answer = Answer(deploy, part, row),
                        OldStopped = part.FromNodeId is not { } from || part.Step is InstanceDeployStep.StopOld && !graves.Contains((part.Number, from)),
                        StepStartedAt = part.StepStartedAt,
                        Error = part.Error,
                    };
                }),
            ],
            Removed =
            [
                .. deploy.Plan.Removed.Select(number =>
                {
                    var row = rows.GetValueOrDefault(number);
                    var blocks = row is not null && !spec.Ports.IsEmpty && targets.Values.Any(t => t == row.NodeId);
                    var reachable = row?.NodeId is not { } at || online.Contains(at);
                    reachable &= graves.All(g => g.Number != number || online.Contains(g.Node));
                    return new RemovedRow(number, blocks, row is null, row is null && graves.All(g => g.Number != number), reachable);
                }),
            ],
        };
    }

    private static InstanceAnswer? Answer(Deploy deploy, InstanceDeploy part, ServiceInstance? row) =>
        row is not null && part.Step is not InstanceDeployStep.Waiting and not InstanceDeployStep.StopOld
        && row.DeployRev == deploy.DeployRev && row.ReportedRev == deploy.DeployRev
        && (row.Error is not null || row.State is not InstanceState.Initialized and not InstanceState.Starting)
            ? new InstanceAnswer(row.State is InstanceState.Running, row is { State: InstanceState.Running, Ready: true }, row.ReadySince, row.Error)
            : null;

    private async Task ApplyAsync(
        Deploy deploy, DeployAction action, Dictionary<int, ServiceInstance> rows, Dictionary<int, InstanceDeploy> parts, ServiceRemoval removal, CancellationToken cancel)
    {
        switch (action)
        {
            case DeployAction.StopOld(var number):
                await MoveAsync(rows[number], parts[number].NodeId, removal, cancel);
                parts[number].To(InstanceDeployStep.StopOld, now);
                break;
            case DeployAction.Start(var number):
                if (!rows.TryGetValue(number, out var row))
                {
                    row = new ServiceInstance { GridId = service.GridId, ServiceId = service.Id, Number = number };
                    db.Instances.Add(row);
                    rows[number] = row;
                }
                await MoveAsync(row, parts[number].NodeId, removal, cancel);
                row.Start(deploy.DeployRev!.Value, deploy.Revision);
                row.Placement = deploy.Plan!.Placements.First(p => p.Number == number);
                parts[number].To(InstanceDeployStep.Start, now);
                _touched.Add(parts[number].NodeId);
                break;
            case DeployAction.Verify(var number):
                parts[number].To(InstanceDeployStep.Verify, now);
                break;
            case DeployAction.Succeed(var number):
                parts[number].Succeed(now);
                break;
            case DeployAction.Fail(var number, var reason):
                parts[number].Fail(reason, now);
                break;
            case DeployAction.Remove(var number):
                if (rows.TryGetValue(number, out var removed))
                {
                    _touched.UnionWith(await removal.EndAsync(removed, stack, cancel));
                }
                break;
            case DeployAction.Finish(var error):
                await FinishAsync(deploy, error, cancel);
                break;
        }
    }

    /// <summary>Gives a row to a node. What it leaves behind is ended by a tombstone.</summary>
    private async Task MoveAsync(ServiceInstance row, Guid target, ServiceRemoval removal, CancellationToken cancel)
    {
        if (row.NodeId != target)
        {
            if (await removal.BuryAsync(row, stack, cancel) is { } left)
            {
                _touched.Add(left);
            }
            row.MoveTo(target);
            _touched.Add(target);
        }
    }

    private async Task FinishAsync(Deploy deploy, string? error, CancellationToken cancel)
    {
        deploy.Finish(error, now);
        if (error is null)
        {
            service.DeployedAt = now;
        }
        Say(deploy, error is null ? "deploy.done" : "deploy.failed",
            error is null ? $"Deploy {deploy.Number} of {Name} is done" : $"Deploy {deploy.Number} of {Name} failed: {error}", error is null ? "good" : "crit");

        // History: the last deploys, the last revisions, and whatever an instance or an open deploy still uses.
        var old = await db.Deploys.Where(d => d.ServiceId == service.Id && d.Id != deploy.Id && d.FinishedAt != null)
            .OrderByDescending(d => d.Number).Skip(KeptDeploys - 1).ToListAsync(cancel);
        db.Deploys.RemoveRange(old);
        var used = await db.Instances.Where(i => i.ServiceId == service.Id).Select(i => i.Revision)
            .Union(db.Deploys.Where(d => d.ServiceId == service.Id && d.FinishedAt == null).Select(d => d.Revision)).ToListAsync(cancel);
        var stale = await db.ServiceRevisions.Where(r => r.ServiceId == service.Id && r.Number <= service.Revision - KeptRevisions && !used.Contains(r.Number)).ToListAsync(cancel);
        db.ServiceRevisions.RemoveRange(stale);
    }
}
