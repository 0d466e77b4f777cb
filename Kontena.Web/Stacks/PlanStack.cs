using Kontena.Core.Deploys;
using Kontena.Core.Problems;
using Kontena.Core.Stacks;
using Kontena.Web.Data;
using Kontena.Web.Deploys;
using Kontena.Web.Grids;
using Kontena.Web.Identity;
using Kontena.Web.Services;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Stacks;

/// <param name="Revision">The one that is planned.</param>
/// <param name="DeployedRevision">The one in the grid; null before the first deploy.</param>
/// <param name="RunningDeploy">A deploy of the stack that has not ended; it must, before another one begins.</param>
internal sealed record PlannedStack(StackPlan Plan, int Revision, int LatestRevision, int? DeployedRevision, int? RunningDeploy, DateTimeOffset At);

/// <summary>Says what a deploy of a saved revision would do now. Changes nothing.</summary>
internal sealed class PlanStack(IDbContextFactory<KontenaDb> databases, GridSnapshots snapshots, TimeProvider time)
{
    /// <param name="revision">Null: the latest.</param>
    public async Task<Result<PlannedStack>> HandleAsync(string grid, string stack, int? revision, Actor actor, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var opened = await db.OpenStackAsync(grid, stack, actor, Capability.SeeGrid, "plan deploys", cancel);
        if (!opened.Ok)
        {
            return opened.Problem;
        }
        var entity = opened.Value;
        var number = revision ?? entity.LatestRevision;
        if (await db.StackRevisions.AsNoTracking().SingleOrDefaultAsync(r => r.StackId == entity.Id && r.Number == number, cancel) is not { } wanted)
        {
            return Problem.NotFound($"revision {number} of stack", stack);
        }
        var running = await db.StackDeploys.Where(d => d.StackId == entity.Id && (d.State == DeployState.Created || d.State == DeployState.Ongoing))
            .Select(d => (int?)d.Number).FirstOrDefaultAsync(cancel);
        var plan = await PlanAsync(db, entity.GridId, entity, wanted.Spec, cancel);
        return new PlannedStack(plan, number, entity.LatestRevision, entity.DeployedRevision, running, time.GetUtcNow());
    }

    /// <summary>What a text would do that nobody has saved yet.</summary>
    public async Task<Result<StackPlan>> DraftAsync(string grid, StackSpec draft, Actor actor, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var opened = await db.OpenGridAsync(grid, actor, Capability.SeeGrid, "plan deploys", cancel);
        if (!opened.Ok)
        {
            return opened.Problem;
        }
        var entity = await db.Stacks.SingleOrDefaultAsync(s => s.GridId == opened.Value.Id && s.Name == draft.Name, cancel);
        return await PlanAsync(db, opened.Value.Id, entity, draft, cancel);
    }

    private async Task<StackPlan> PlanAsync(KontenaDb db, Guid grid, Stack? stack, StackSpec wanted, CancellationToken cancel)
    {
        var services = stack is null ? [] : await db.Services.AsNoTracking().Where(s => s.StackId == stack.Id).ToListAsync(cancel);
        return StackPlanner.Plan(await snapshots.ReadAsync(db, grid, cancel), wanted.Name, [.. services.Select(s => new DeployedService(s.Id, s.Spec, s.Instances, s.State switch
        {
            ServiceState.Running => DeployedState.Running,
            ServiceState.Stopped => DeployedState.Stopped,
            _ => DeployedState.Initialized,
        }))], wanted);
    }
}
