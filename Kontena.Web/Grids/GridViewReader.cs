using System.Collections.Immutable;
using Kontena.Core.Deploys;
using Kontena.Core.Protocol;
using Kontena.Web.Data;
using Kontena.Web.Deploys;
using Kontena.Web.Events;
using Kontena.Web.Nodes;
using Kontena.Web.Services;
using Kontena.Web.Ui;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Grids;

/// <summary>Reads a grid's picture from the database.</summary>
internal sealed class GridViewReader(IDbContextFactory<KontenaDb> databases, TimeProvider time)
{
    private const int RecentDeploys = 40;
    private const int RecentEvents = 30;
    private static readonly TimeSpan WatchWindow = TimeSpan.FromSeconds(10);

    public async Task<GridView> ReadAsync(Guid gridId, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var now = time.GetUtcNow();
        var name = await db.Grids.Where(g => g.Id == gridId).Select(g => g.Name).SingleAsync(cancel);
        var ending = await db.Tombstones.Where(t => t.GridId == gridId).GroupBy(t => t.NodeId).Select(g => new { g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.Key, g => g.Count, cancel);
        var nodes = (await db.Nodes.AsNoTracking().Where(n => n.GridId == gridId).OrderBy(n => n.Number).ToListAsync(cancel))
            .Select(n => View(n, ending.GetValueOrDefault(n.Id))).ToImmutableArray();
        var stacks = await db.Stacks.AsNoTracking().Where(s => s.GridId == gridId).OrderBy(s => s.Name).ToListAsync(cancel);
        var stackNames = stacks.ToDictionary(s => s.Id, s => s.Name);
        var latest = await db.Stacks.Where(s => s.GridId == gridId)
            .Join(db.StackRevisions, s => s.Id, r => r.StackId, (s, r) => new { s.Id, s.LatestRevision, r.Number, r.SavedAt, r.SavedBy })
            .Where(x => x.Number == x.LatestRevision).ToDictionaryAsync(x => x.Id, cancel);
        var services = await db.Services.AsNoTracking().Where(s => s.GridId == gridId).ToListAsync(cancel);
        var serviceNames = services.ToDictionary(s => s.Id);
        var instances = (await db.Instances.AsNoTracking().Where(i => i.GridId == gridId).ToListAsync(cancel)).ToLookup(i => i.ServiceId);
        var deploys = await db.Deploys.AsNoTracking().Where(d => d.GridId == gridId && (d.State == DeployState.Created || d.State == DeployState.Ongoing))
            .Select(d => new { d.Id, d.Number, d.ServiceId, d.StackDeployId, d.State, d.Reason, d.Revision, d.FromRevision, d.RequestedBy, d.CreatedAt, d.StartedAt, d.FinishedAt })
            .ToListAsync(cancel);
        deploys.AddRange(await db.Deploys.AsNoTracking().Where(d => d.GridId == gridId && d.FinishedAt != null).OrderByDescending(d => d.Number).Take(RecentDeploys)
            .Select(d => new { d.Id, d.Number, d.ServiceId, d.StackDeployId, d.State, d.Reason, d.Revision, d.FromRevision, d.RequestedBy, d.CreatedAt, d.StartedAt, d.FinishedAt })
            .ToListAsync(cancel));
        var deployViews = deploys.Where(d => serviceNames.ContainsKey(d.ServiceId)).OrderByDescending(d => d.Number).Select(d => new DeployView(
            d.Id, d.Number, d.ServiceId, stackNames[serviceNames[d.ServiceId].StackId], serviceNames[d.ServiceId].Name, d.StackDeployId, d.State, d.Reason,
            d.Revision, d.FromRevision, d.RequestedBy, d.CreatedAt, d.StartedAt, d.FinishedAt)).ToImmutableArray();
        var lastOf = (await db.Deploys.Where(d => d.GridId == gridId).GroupBy(d => d.ServiceId).Select(g => g.Max(d => d.Number))
            .Join(db.Deploys.Where(d => d.GridId == gridId), n => n, d => d.Number, (n, d) => new { d.ServiceId, d.State, d.Reason }).ToListAsync(cancel))
            .ToDictionary(d => d.ServiceId);
        var stackDeploys = (await db.StackDeploys.AsNoTracking().Where(d => d.GridId == gridId).OrderByDescending(d => d.Number).Take(RecentDeploys).ToListAsync(cancel))
            .Select(d => new StackDeployView(d.Id, d.Number, d.StackId, stackNames.GetValueOrDefault(d.StackId, ""), d.State, d.Reason, d.StackRevision, d.FromStackRevision,
                d.RequestedBy, d.CreatedAt, d.FinishedAt)).ToImmutableArray();
        var byId = nodes.ToDictionary(n => n.Id);
        var serviceViews = services.Select(s =>
        {
            var open = deployViews.FirstOrDefault(d => d.ServiceId == s.Id && d.Open);
            var last = lastOf.GetValueOrDefault(s.Id);
            var failed = open is null && last is { State: DeployState.Error or DeployState.Aborted } ? last.Reason : null;
            var turn = stackDeploys.FirstOrDefault(d => d.StackId == s.StackId);
            if (failed is null && open is null && last is null && turn is { State: DeployState.Error or DeployState.Aborted })
            {
                failed = $"Deploy {turn.Number} of {turn.Stack} ended before it was its turn. {turn.Reason}";
            }
            return new ServiceView(s.Id, s.StackId, stackNames[s.StackId], s.Name, s.State.ToString(), s.Instances, s.Revision, s.Spec, s.DeployedAt,
                Instances(s, stackNames[s.StackId], instances[s.Id], byId, open is not null || turn is { Open: true }, now), open, failed);
        }).OrderBy(s => s.Stack, StringComparer.Ordinal).ThenBy(s => s.Name, StringComparer.Ordinal).ToImmutableArray();
        var volumes = await db.Volumes.AsNoTracking().Where(v => v.GridId == gridId).OrderBy(v => v.DockerName).ToListAsync(cancel);
        return new GridView(
            gridId, name, now, nodes,
            [
                .. stacks.Select(s => new StackView(s.Id, s.Name, s.LatestRevision, s.DeployedRevision,
                    StackState(serviceViews.Where(v => v.StackId == s.Id), stackDeploys.Any(d => d.StackId == s.Id && d.Open)),
                    [.. serviceViews.Where(v => v.StackId == s.Id)], latest[s.Id].SavedAt, latest[s.Id].SavedBy)),
            ],
            serviceViews, deployViews, stackDeploys,
            [
                .. volumes.Select(v => new VolumeView(v.Id, v.DockerName, byId.GetValueOrDefault(v.NodeId)?.Name ?? "removed node", v.Driver, v.Scope, v.Stack, v.Service,
                    v.Number, v.Path, v.Source, v.State.ToString(), v.SizeBytes, v.CreatedAt, v.LastSeenAt)),
            ],
            [.. (await db.Events.AsNoTracking().Where(e => e.GridId == gridId).OrderByDescending(e => e.Id).Take(RecentEvents).ToListAsync(cancel)).Select(View)]);
    }

    public static EventView View(Event e) =>
        new(e.Id, e.At, e.ActorKind.ToString(), e.ActorName, e.Kind, e.Subject, e.Summary, e.Before, e.After, e.Level);

    private static NodeView View(HostNode n, int ending) => new(
        n.Id, n.Number, n.Name, n.Status.ToString(), n.Labels, n.Labels.FirstOrDefault(l => l.StartsWith("az=", StringComparison.Ordinal))?[3..] ?? "default",
        n.ConnectedAt, n.LastSeenAt, n.AgentVersion, n.EngineProblem, n.Facts, ending);

    private static ImmutableArray<InstanceView> Instances(
        Service service, string stack, IEnumerable<ServiceInstance> rows, Dictionary<Guid, NodeView> nodes, bool coming, DateTimeOffset now)
    {
        var views = rows.Select(row =>
        {
            var node = row.NodeId is { } id ? nodes.GetValueOrDefault(id) : null;
            var window = service.Spec.Deploy.Monitor ?? WatchWindow;
            var watched = row.ReadySince is { } since ? Math.Clamp((now - since) / window, 0, 1) : 0;
            return new InstanceView(row.Id, service.Id, stack, service.Name, row.Number, row.NodeId, node?.Name, Cell(service, row, node, watched), watched, row.Error,
                row.Warning, row.Doing, row.ContainerId, row.Address, row.StartedAt, row.Restarts, row.ExitCode, row.Revision, row.Placement?.Why);
        }).ToDictionary(i => i.Number);
        if (service.State is ServiceState.Running && service.Spec.Deploy.Strategy != "daemon")
        {
            foreach (var number in Enumerable.Range(1, service.Instances).Where(n => !views.ContainsKey(n)))
            {
                views[number] = new InstanceView(null, service.Id, stack, service.Name, number, null, null, coming ? CellState.Starting : CellState.NoNode, 0,
                    null, null, coming ? "waiting for its turn" : null, null, null, null, 0, null, service.Revision, null);
            }
        }
        return [.. views.Values.OrderBy(i => i.Number)];
    }

    private static CellState Cell(Service service, ServiceInstance row, NodeView? node, double watched) => row switch
    {
        _ when service.State is ServiceState.Stopped || row.Desired is DesiredInstanceState.Stopped => CellState.Stopped,
        { NodeId: null } => CellState.NoNode,
        _ when node is null or { Online: false } => CellState.Unknown,
        { State: InstanceState.Restarting } => CellState.Restarting,
        { State: InstanceState.Missing } => CellState.Missing,
        { State: InstanceState.Running, Unhealthy: true } => CellState.Unhealthy,
        { State: InstanceState.Running, Ready: true } => watched < 1 ? CellState.Settling : CellState.Running,
        { Error: not null } => CellState.Missing,
        { State: InstanceState.Stopped } => CellState.Missing,
        _ => CellState.Starting,
    };

    private static string StackState(IEnumerable<ServiceView> services, bool deploying)
    {
        var all = services.ToList();
        return all switch
        {
            _ when deploying => "deploying",
            [] => "initialized",
            _ when all.All(s => s.State == "Initialized") => "initialized",
            _ when all.Any(s => s.OpenDeploy is not null) => "deploying",
            _ when all.All(s => s.State == "Stopped") => "stopped",
            _ when all.All(s => s.State == "Running") => "running",
            _ => "partially_running",
        };
    }
}
