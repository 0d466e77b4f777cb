using Kontena.Core.Deploys;
using Kontena.Core.Scheduling;
using Kontena.Core.Services;
using Kontena.Web.Agents;
using Kontena.Web.Data;
using Kontena.Web.Events;
using Kontena.Web.Identity;
using Kontena.Web.Services;
using Kontena.Web.Stacks;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Deploys;

/// <summary>Takes every unfinished deploy one step further. Starts from the database, so a crash between any two lines is repaired by the next pass.</summary>
internal sealed class DeployPass(
    IDbContextFactory<KontenaDb> databases, GridSnapshots snapshots, AgentGateway gateway, ChangeFeed changes, TimeProvider time)
{
    private static readonly Actor Reconciler = Actor.System("deploy reconciler");

    /// <returns>When to look again at the latest, even if nothing wakes the loop; null: no deploy waits for a time.</returns>
    public async Task<DateTimeOffset?> RunAsync(CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        foreach (var stackDeploy in await Unfinished(db.StackDeploys).Select(d => d.Id).ToListAsync(cancel))
        {
            await StepStackAsync(stackDeploy, cancel);
        }
        DateTimeOffset? wake = null;
        foreach (var service in await db.Deploys.Where(d => d.State == DeployState.Created || d.State == DeployState.Ongoing)
            .Select(d => d.ServiceId).Distinct().ToListAsync(cancel))
        {
            var at = await StepServiceAsync(service, cancel);
            wake = at is null || wake < at ? wake : at;
        }
        return wake;
    }

    private static IQueryable<StackDeploy> Unfinished(IQueryable<StackDeploy> deploys) =>
        deploys.Where(d => d.State == DeployState.Created || d.State == DeployState.Ongoing).OrderBy(d => d.CreatedAt);

    /// <summary>Requests the deploy of the next service in link order, once those before it are up.</summary>
    private async Task StepStackAsync(Guid id, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var deploy = await db.StackDeploys.SingleAsync(d => d.Id == id, cancel);
        if (deploy.Finished)
        {
            return;
        }
        var now = time.GetUtcNow();
        var spec = await db.StackRevisions.Where(r => r.StackId == deploy.StackId && r.Number == deploy.StackRevision).Select(r => r.Spec).SingleAsync(cancel);
        var stack = await db.Stacks.SingleAsync(s => s.Id == deploy.StackId, cancel);
        var services = await db.Services.Where(s => s.StackId == deploy.StackId).ToDictionaryAsync(s => s.Name, cancel);
        var parts = await db.Deploys.Where(d => d.StackDeployId == id).ToDictionaryAsync(d => d.ServiceId, cancel);
        deploy.Start();
        string? error = null;
        var done = true;
        foreach (var name in LinkOrder.Of(spec.Services).Services.Select(s => s.Name))
        {
            if (!services.TryGetValue(name, out var service))
            {
                continue; // removed meanwhile
            }
            if (!parts.TryGetValue(service.Id, out var part))
            {
                await RequestAsync(db, deploy, service, now, cancel);
                done = false;
                break;
            }
            if (!part.Finished)
            {
                done = false;
                break;
            }
            if (part.State is not DeployState.Success)
            {
                error = $"{stack.Name}/{name}: {part.Reason}";
                break;
            }
        }
        if (done)
        {
            deploy.Finish(error, now);
            db.Events.Add(Event.Of(Reconciler, now, deploy.GridId, error is null ? "stack.deployed" : "stack.deploy.failed", stack.Name, stack.Id,
                error is null ? $"Deploy {deploy.Number} of {stack.Name} is done" : $"Deploy {deploy.Number} of {stack.Name} failed: {error}",
                level: error is null ? "good" : "crit"));
        }
        if (db.ChangeTracker.HasChanges() && await db.SaveAsync("the stack deploy", cancel) is null)
        {
            changes.Publish(deploy.GridId);
        }
    }

    private static async Task RequestAsync(KontenaDb db, StackDeploy of, Service service, DateTimeOffset now, CancellationToken cancel)
    {
        var grid = await db.Grids.SingleAsync(g => g.Id == of.GridId, cancel);
        var from = await db.Instances.Where(i => i.ServiceId == service.Id && i.DeployRev > 0).Select(i => (int?)i.Revision).MaxAsync(cancel);
        db.Deploys.Add(new Deploy
        {
            GridId = of.GridId,
            ServiceId = service.Id,
            StackDeployId = of.Id,
            Number = grid.NextDeployNumber(),
            Revision = service.Revision,
            FromRevision = from,
            RequestedBy = of.RequestedBy,
            CreatedAt = now,
        });
    }

    /// <summary>Starts the waiting deploy of a service if none is going on, and takes the one that is a step further.</summary>
    private async Task<DateTimeOffset?> StepServiceAsync(Guid serviceId, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var service = await db.Services.SingleOrDefaultAsync(s => s.Id == serviceId, cancel);
        var open = await db.Deploys.Where(d => d.ServiceId == serviceId && (d.State == DeployState.Created || d.State == DeployState.Ongoing))
            .OrderBy(d => d.Number).ToListAsync(cancel);
        if (service is null || open.Count == 0)
        {
            return null;
        }
        var stack = await db.Stacks.Where(s => s.Id == service.StackId).Select(s => s.Name).SingleAsync(cancel);
        var unit = new DeployUnit(db, service, stack, time.GetUtcNow(), Reconciler);
        var ongoing = open.Find(d => d.State is DeployState.Ongoing);
        var waiting = open.Where(d => d.State is DeployState.Created).ToList();
        foreach (var older in waiting.SkipLast(1))
        {
            older.Abort($"Superseded by deploy {waiting[^1].Number}.", unit.Now);
        }
        DateTimeOffset? wake = null;
        if (ongoing is not null)
        {
            wake = await unit.StepAsync(ongoing, cancel);
        }
        else
        {
            await StartAsync(unit, waiting[^1], cancel);
        }
        var nodes = await db.TouchNodesAsync(unit.Touched, cancel);
        if (!db.ChangeTracker.HasChanges())
        {
            return wake;
        }
        if (await db.SaveAsync($"service {stack}/{service.Name}", cancel) is null)
        {
            changes.Publish(service.GridId);
            await gateway.LookAgainAsync(nodes);
        }
        return time.GetUtcNow(); // something moved, or somebody was first: look again at once
    }

    private async Task StartAsync(DeployUnit unit, Deploy deploy, CancellationToken cancel)
    {
        if (unit.Service.State is not ServiceState.Running)
        {
            deploy.Abort("The service is stopped. Start it, then deploy again.", unit.Now);
            return;
        }
        if (deploy.CancelRequested)
        {
            deploy.Abort("Cancelled.", unit.Now);
            return;
        }
        var grid = await snapshots.ReadAsync(unit.Db, deploy.GridId, cancel);
        var plan = Planner.Plan(grid, deploy.ServiceId);
        if (plan.Error is { } error)
        {
            deploy.Finish(error.Message, unit.Now); // the whole plan is made first: nothing was touched
            unit.Say(deploy, "deploy.failed", $"Deploy {deploy.Number} of {unit.Name} failed: {error.Message}", "crit");
            return;
        }
        deploy.Start(unit.Service.NextDeployRev(), plan, unit.Now);
        unit.Db.InstanceDeploys.AddRange(plan.Placements.Select(p => new InstanceDeploy
        {
            DeployId = deploy.Id,
            Number = p.Number,
            NodeId = p.NodeId,
            FromNodeId = p.From == p.NodeId ? null : p.From,
        }));
        unit.Say(deploy, "deploy.started", $"Deploy {deploy.Number} of {unit.Name} began: {plan.Count} {(plan.Count == 1 ? "instance" : "instances")}", "info");
    }
}
