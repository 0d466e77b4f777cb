using Kontena.Core.Deploys;
using Kontena.Core.Problems;
using Kontena.Web.Agents;
using Kontena.Web.Data;
using Kontena.Web.Deploys;
using Kontena.Web.Events;
using Kontena.Web.Grids;
using Kontena.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Services;

/// <summary>What the acts on a running service have in common: gate, one transaction, wake-ups.</summary>
internal sealed class ServiceAct(
    IDbContextFactory<KontenaDb> databases, ChangeFeed changes, DeployWake deploys, AgentGateway gateway, TimeProvider time)
{
    /// <param name="act">In plain words, for a refusal: "stop services".</param>
    /// <param name="change">Changes the service within the transaction; returns the nodes whose orders change, or why not.</param>
    public Task<Result<Service>> RunAsync(
        ServicePath path, string act, Actor actor, Func<KontenaDb, Service, DateTimeOffset, Task<Result<Guid[]>>> change, CancellationToken cancel) =>
        Saving.RetryAsync<Service>(async () =>
        {
            await using var db = await databases.CreateDbContextAsync(cancel);
            var opened = await db.OpenServiceAsync(path, actor, Capability.Deploy, act, cancel);
            if (!opened.Ok)
            {
                return opened.Problem;
            }
            var changed = await change(db, opened.Value, time.GetUtcNow());
            if (!changed.Ok)
            {
                return changed.Problem;
            }
            var nodes = await db.TouchNodesAsync(changed.Value, cancel);
            if (await db.SaveAsync($"service {path}", cancel) is { } problem)
            {
                return problem;
            }
            changes.Publish(opened.Value.GridId);
            deploys.Wake();
            await gateway.LookAgainAsync(nodes);
            return opened.Value;
        });

    /// <summary>Requests a deploy of the service as it is now.</summary>
    public static async Task<Deploy> RequestDeployAsync(KontenaDb db, Service service, Actor actor, DateTimeOffset now, CancellationToken cancel)
    {
        var grid = await db.Grids.SingleAsync(g => g.Id == service.GridId, cancel);
        var from = await db.Instances.Where(i => i.ServiceId == service.Id && i.DeployRev > 0).Select(i => (int?)i.Revision).MaxAsync(cancel);
        var deploy = new Deploy
        {
            GridId = service.GridId,
            ServiceId = service.Id,
            Number = grid.NextDeployNumber(),
            Revision = service.Revision,
            FromRevision = from,
            RequestedBy = actor.Name,
            CreatedAt = now,
        };
        db.Deploys.Add(deploy);
        return deploy;
    }
}

/// <summary>Changes how many instances should run. The deploy reconciler brings the grid to that number.</summary>
internal sealed class ScaleService(ServiceAct acts)
{
    public const int Most = 1_000;

    public Task<Result<Service>> HandleAsync(ServicePath path, int instances, Actor actor, CancellationToken cancel) =>
        acts.RunAsync(path, "scale services", actor, async (db, service, now) =>
        {
            if (instances is < 0 or > Most)
            {
                return Problem.Invalid("instances", $"A service has 0 to {Most} instances.");
            }
            var before = service.Instances;
            if (before == instances)
            {
                return Array.Empty<Guid>();
            }
            service.Scale(instances, now);
            db.Events.Add(Event.Of(actor, now, service.GridId, "service.scale", path.ToString(), service.Id,
                $"scaled {path} from {before} to {instances}", $"{before}", $"{instances}"));
            if (service.State is ServiceState.Running)
            {
                await ServiceAct.RequestDeployAsync(db, service, actor, now, cancel);
            }
            return Array.Empty<Guid>();
        }, cancel);
}

/// <summary>Deploys a service as it is now: picks up moved images, repairs the layout, starts a stopped one.</summary>
internal sealed class DeployService(ServiceAct acts)
{
    /// <param name="force">Recreates every container even if nothing changed.</param>
    public Task<Result<Service>> HandleAsync(ServicePath path, bool force, Actor actor, CancellationToken cancel) =>
        acts.RunAsync(path, "deploy services", actor, async (db, service, now) =>
        {
            if (force)
            {
                service.Revise(service.Spec, now);
                db.ServiceRevisions.Add(new ServiceRevision
                {
                    ServiceId = service.Id,
                    Number = service.Revision,
                    ContainerRevision = service.Revision,
                    Spec = service.Spec,
                    SavedBy = actor.Name,
                    SavedAt = now,
                });
            }
            service.Run();
            var deploy = await ServiceAct.RequestDeployAsync(db, service, actor, now, cancel);
            db.Events.Add(Event.Of(actor, now, service.GridId, "service.deploy", path.ToString(), service.Id,
                $"started deploy {deploy.Number} of {path}{(force ? ", every container anew" : "")}"));
            return Array.Empty<Guid>();
        }, cancel);
}

/// <summary>Stops every instance. Containers and data stay; a running deploy of the service ends.</summary>
internal sealed class StopService(ServiceAct acts)
{
    public Task<Result<Service>> HandleAsync(ServicePath path, Actor actor, CancellationToken cancel) =>
        acts.RunAsync(path, "stop services", actor, async (db, service, now) =>
        {
            if (service.State is ServiceState.Stopped)
            {
                return Array.Empty<Guid>();
            }
            service.Stop();
            var rows = await db.Instances.Where(i => i.ServiceId == service.Id).ToListAsync(cancel);
            rows.ForEach(row => row.Stop());
            foreach (var waiting in await db.Deploys.Where(d => d.ServiceId == service.Id && d.State == DeployState.Created).ToListAsync(cancel))
            {
                waiting.Abort("The service was stopped.", now);
            }
            db.Events.Add(Event.Of(actor, now, service.GridId, "service.stop", path.ToString(), service.Id, $"stopped {path}", "running", "stopped", "warn"));
            return rows.Where(r => r.NodeId is not null).Select(r => r.NodeId!.Value).ToArray();
        }, cancel);
}

/// <summary>Starts the instances of a stopped service where they are.</summary>
internal sealed class StartService(ServiceAct acts)
{
    public Task<Result<Service>> HandleAsync(ServicePath path, Actor actor, CancellationToken cancel) =>
        acts.RunAsync(path, "start services", actor, async (db, service, now) =>
        {
            if (service.State is ServiceState.Running)
            {
                return Array.Empty<Guid>();
            }
            service.Run();
            var rows = await db.Instances.Where(i => i.ServiceId == service.Id && i.DeployRev > 0).ToListAsync(cancel);
            rows.ForEach(row => row.Resume());
            if (rows.Count != service.Instances)
            {
                await ServiceAct.RequestDeployAsync(db, service, actor, now, cancel); // it was scaled while it was stopped
            }
            db.Events.Add(Event.Of(actor, now, service.GridId, "service.start", path.ToString(), service.Id, $"started {path}", "stopped", "running"));
            return rows.Where(r => r.NodeId is not null).Select(r => r.NodeId!.Value).ToArray();
        }, cancel);
}

/// <summary>Restarts the containers that exist, without hooks and without recreating them.</summary>
internal sealed class RestartService(ServiceAct acts)
{
    /// <param name="number">One instance; null restarts all.</param>
    public Task<Result<Service>> HandleAsync(ServicePath path, int? number, Actor actor, CancellationToken cancel) =>
        acts.RunAsync(path, "restart services", actor, async (db, service, now) =>
        {
            if (service.State is not ServiceState.Running)
            {
                return Problem.Conflict("not_running", $"{path} does not run. Start it instead.");
            }
            var rows = await db.Instances.Where(i => i.ServiceId == service.Id && (number == null || i.Number == number)).ToListAsync(cancel);
            if (rows.Count == 0)
            {
                return number is null ? Problem.Conflict("no_instances", $"{path} has no instances yet. Deploy it first.") : Problem.NotFound("instance", $"{path}-{number}");
            }
            rows.ForEach(row => row.Restart());
            var what = number is null ? path.ToString() : $"{path}-{number}";
            db.Events.Add(Event.Of(actor, now, service.GridId, "service.restart", what, service.Id, $"restarted {what}"));
            return rows.Where(r => r.NodeId is not null).Select(r => r.NodeId!.Value).ToArray();
        }, cancel);
}
