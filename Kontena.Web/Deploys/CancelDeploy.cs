using Kontena.Core.Deploys;
using Kontena.Core.Problems;
using Kontena.Web.Data;
using Kontena.Web.Events;
using Kontena.Web.Grids;
using Kontena.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Deploys;

/// <summary>Ends a deploy: what is in flight runs to its end, nothing further is started.</summary>
internal sealed class CancelDeploy(IDbContextFactory<KontenaDb> databases, ChangeFeed changes, DeployWake deploys, TimeProvider time)
{
    /// <param name="number">Of a service deploy or of a stack deploy.</param>
    public Task<Result<Done>> HandleAsync(string grid, int number, Actor actor, CancellationToken cancel) =>
        Saving.RetryAsync<Done>(async () =>
        {
            await using var db = await databases.CreateDbContextAsync(cancel);
            var opened = await db.OpenGridAsync(grid, actor, Capability.Deploy, "cancel deploys", cancel);
            if (!opened.Ok)
            {
                return opened.Problem;
            }
            var now = time.GetUtcNow();
            var stackDeploy = await db.StackDeploys.SingleOrDefaultAsync(d => d.GridId == opened.Value.Id && d.Number == number, cancel);
            var parts = stackDeploy is null
                ? await db.Deploys.Where(d => d.GridId == opened.Value.Id && d.Number == number).ToListAsync(cancel)
                : await db.Deploys.Where(d => d.StackDeployId == stackDeploy.Id).ToListAsync(cancel);
            if (stackDeploy is null && parts.Count == 0)
            {
                return Problem.NotFound("deploy", number.ToString(System.Globalization.CultureInfo.InvariantCulture));
            }
            if (stackDeploy?.Finished ?? parts.All(p => p.Finished))
            {
                return Problem.Conflict("finished", $"Deploy {number} has ended already.");
            }
            foreach (var part in parts.Where(p => !p.Finished))
            {
                part.Cancel();
            }
            if (stackDeploy is not null && parts.All(p => p.State is DeployState.Success))
            {
                stackDeploy.Finish("Cancelled.", now); // between two services: nothing is in flight
            }
            db.Events.Add(Event.Of(actor, now, opened.Value.Id, "deploy.cancel", $"deploy {number}", null, $"cancelled deploy {number}", level: "warn"));
            if (await db.SaveAsync($"deploy {number}", cancel) is { } problem)
            {
                return problem;
            }
            changes.Publish(opened.Value.Id);
            deploys.Wake();
            return default(Done);
        });
}
