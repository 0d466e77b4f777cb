using Kontena.Core.Deploys;
using Kontena.Core.Problems;
using Kontena.Core.Services;
using Kontena.Core.Stacks;
using Kontena.Web.Agents;
using Kontena.Web.Data;
using Kontena.Web.Deploys;
using Kontena.Web.Events;
using Kontena.Web.Grids;
using Kontena.Web.Identity;
using Kontena.Web.Services;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Stacks;

/// <summary>Makes a saved revision the wanted state of its services, and starts the deploy that brings it about.</summary>
internal sealed class DeployStack(
    IDbContextFactory<KontenaDb> databases, PlanStack plans, ChangeFeed changes, DeployWake deploys, AgentGateway gateway, TimeProvider time)
{
    /// <param name="plan">The <see cref="StackPlan.Fingerprint"/> of the plan that was looked at; null deploys whatever the plan is now.</param>
    /// <returns>The number of the deploy. Refused, with nothing changed, when an instance has no place or the plan is another one by now.</returns>
    public Task<Result<int>> HandleAsync(string grid, string stack, int revision, string? plan, Actor actor, CancellationToken cancel) =>
        Saving.RetryAsync(() => TryAsync(grid, stack, revision, plan, actor, cancel));

    private async Task<Result<int>> TryAsync(string grid, string stackName, int number, string? looked, Actor actor, CancellationToken cancel)
    {
        var plan = await plans.HandleAsync(grid, stackName, number, actor, cancel);
        if (!plan.Ok)
        {
            return plan.Problem;
        }
        if (plan.Value.Plan.Error is { } error)
        {
            return Problem.Invalid("no_place", error);
        }
        if (looked is not null && looked != plan.Value.Plan.Fingerprint)
        {
            return Problem.Conflict("plan_changed", "The grid changed since this plan was made, so nothing was deployed. The plan is shown anew: look at it, then deploy.");
        }
        await using var db = await databases.CreateDbContextAsync(cancel);
        var opened = await db.OpenStackAsync(grid, stackName, actor, Capability.Deploy, "deploy stacks", cancel);
        if (!opened.Ok)
        {
            return opened.Problem;
        }
        var stack = opened.Value;
        if (await db.StackDeploys.Where(d => d.StackId == stack.Id && (d.State == DeployState.Created || d.State == DeployState.Ongoing))
            .Select(d => (int?)d.Number).FirstOrDefaultAsync(cancel) is { } running)
        {
            return Problem.Conflict("deploying", $"Deploy {running} of '{stackName}' is still going on. Wait for its end, or cancel it.");
        }
        var revision = await db.StackRevisions.SingleAsync(r => r.StackId == stack.Id && r.Number == number, cancel);
        var now = time.GetUtcNow();
        var existing = await db.Services.Where(s => s.StackId == stack.Id).ToDictionaryAsync(s => s.Name, cancel);
        var touched = new HashSet<Guid>();
        foreach (var spec in revision.Spec.Services)
        {
            if (existing.Remove(spec.Name, out var service))
            {
                await ReviseAsync(db, service, spec, actor, now, cancel);
            }
            else
            {
                service = New(db, stack, spec, actor, now);
            }
            service.Run();
        }
        var removal = new ServiceRemoval(db, now);
        foreach (var gone in existing.Values)
        {
            if (await removal.LinkedFromOutsideAsync(gone, stack, cancel) is { } linked)
            {
                return linked;
            }
            touched.UnionWith(await removal.RemoveAsync(gone, stack.Name, cancel));
            db.Events.Add(Event.Of(actor, now, stack.GridId, "service.removed", $"{stack.Name}/{gone.Name}", gone.Id,
                $"removed {stack.Name}/{gone.Name}: revision {number} has it no more", level: "warn"));
        }
        var owner = await db.Grids.SingleAsync(g => g.Id == stack.GridId, cancel);
        var deploy = new StackDeploy
        {
            GridId = stack.GridId,
            StackId = stack.Id,
            Number = owner.NextDeployNumber(),
            StackRevision = number,
            FromStackRevision = stack.DeployedRevision,
            RequestedBy = actor.Name,
            CreatedAt = now,
        };
        db.StackDeploys.Add(deploy);
        db.Events.Add(Event.Of(actor, now, stack.GridId, "stack.deploy", stack.Name, stack.Id, $"started deploy {deploy.Number} of {stack.Name}, revision {number}",
            stack.DeployedRevision is { } from ? $"revision {from}" : null, $"revision {number}"));
        stack.Deploy(number);
        var nodes = await db.TouchNodesAsync(touched, cancel);
        if (await db.SaveAsync($"stack {stack.Name}", cancel) is { } problem)
        {
            return problem;
        }
        changes.Publish(stack.GridId);
        deploys.Wake();
        await gateway.LookAgainAsync(nodes);
        return deploy.Number;
    }

    private static Service New(KontenaDb db, Stack stack, ServiceSpec spec, Actor actor, DateTimeOffset now)
    {
        var service = new Service
        {
            GridId = stack.GridId,
            StackId = stack.Id,
            Name = spec.Name,
            Instances = spec.Instances,
            Spec = spec,
            CreatedAt = now,
            ChangedAt = now,
        };
        db.Services.Add(service);
        db.ServiceRevisions.Add(new ServiceRevision
        {
            ServiceId = service.Id,
            Number = service.Revision,
            ContainerRevision = service.Revision,
            Spec = spec,
            SavedBy = actor.Name,
            SavedAt = now,
        });
        db.Events.Add(Event.Of(actor, now, stack.GridId, "service.created", $"{stack.Name}/{spec.Name}", service.Id, $"created {stack.Name}/{spec.Name}"));
        return service;
    }

    private static async Task ReviseAsync(KontenaDb db, Service service, ServiceSpec spec, Actor actor, DateTimeOffset now, CancellationToken cancel)
    {
        var before = service.Spec;
        service.Scale(StackPlanner.InstancesAfter(new DeployedService(service.Id, before, service.Instances, DeployedState.Running), spec), now);
        if (SpecJson.Canonical(before with { Instances = spec.Instances }) == SpecJson.Canonical(spec))
        {
            service.Spec = spec; // the count alone is no new revision
            return;
        }
        var current = await db.ServiceRevisions.Where(r => r.ServiceId == service.Id && r.Number == service.Revision)
            .Select(r => r.ContainerRevision).SingleAsync(cancel);
        service.Revise(spec, now);
        db.ServiceRevisions.Add(new ServiceRevision
        {
            ServiceId = service.Id,
            Number = service.Revision,
            ContainerRevision = SpecDiff.Recreates(before, spec) ? service.Revision : current,
            Spec = spec,
            SavedBy = actor.Name,
            SavedAt = now,
        });
    }
}
