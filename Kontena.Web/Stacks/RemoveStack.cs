using Kontena.Core.Problems;
using Kontena.Core.Services;
using Kontena.Web.Agents;
using Kontena.Web.Data;
using Kontena.Web.Deploys;
using Kontena.Web.Events;
using Kontena.Web.Grids;
using Kontena.Web.Identity;
using Kontena.Web.Services;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Stacks;

/// <summary>Removes a stack with its services. Containers end; volumes stay, listed as detached.</summary>
internal sealed class RemoveStack(
    IDbContextFactory<KontenaDb> databases, ChangeFeed changes, DeployWake deploys, AgentGateway gateway, TimeProvider time)
{
    public Task<Result<Done>> HandleAsync(string grid, string stack, Actor actor, CancellationToken cancel) =>
        Saving.RetryAsync(() => TryAsync(grid, stack, actor, cancel));

    private async Task<Result<Done>> TryAsync(string grid, string name, Actor actor, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var opened = await db.OpenStackAsync(grid, name, actor, Capability.ChangeStacks, "remove stacks", cancel);
        if (!opened.Ok)
        {
            return opened.Problem;
        }
        var stack = opened.Value;
        var now = time.GetUtcNow();
        var removal = new ServiceRemoval(db, now);
        var services = await db.Services.Where(s => s.StackId == stack.Id).ToListAsync(cancel);
        var touched = new HashSet<Guid>();
        foreach (var service in Enumerable.Reverse(LinkOrder.Of(services.Select(s => s.Spec)).Services).Select(spec => services.Single(s => s.Name == spec.Name)))
        {
            if (await removal.LinkedFromOutsideAsync(service, stack, cancel) is { } linked)
            {
                return linked;
            }
            touched.UnionWith(await removal.RemoveAsync(service, stack.Name, cancel));
        }
        db.Stacks.Remove(stack);
        db.Events.Add(Event.Of(actor, now, stack.GridId, "stack.removed", name, stack.Id,
            $"removed {name} with {services.Count} {(services.Count == 1 ? "service" : "services")}; volumes stay", level: "warn"));
        var nodes = await db.TouchNodesAsync(touched, cancel);
        if (await db.SaveAsync($"stack {name}", cancel) is { } problem)
        {
            return problem;
        }
        changes.Publish(stack.GridId);
        deploys.Wake();
        await gateway.LookAgainAsync(nodes);
        return default(Done);
    }
}
