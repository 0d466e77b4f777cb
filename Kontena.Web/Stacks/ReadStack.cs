using System.Collections.Immutable;
using Kontena.Core.Problems;
using Kontena.Core.Stacks;
using Kontena.Web.Data;
using Kontena.Web.Grids;
using Kontena.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Stacks;

/// <summary>One revision as it was written.</summary>
/// <param name="Latest">The newest revision of the stack; what a save must be based on.</param>
/// <param name="Deployed">The revision in the grid; null before the first deploy.</param>
internal sealed record StackText(
    string Stack, int Revision, int Latest, int? Deployed, string Main, ImmutableSortedDictionary<string, string> Files,
    ImmutableSortedDictionary<string, string> Values, StackSpec Spec, string SavedBy, DateTimeOffset SavedAt);

/// <summary>Reads a revision of a stack with its files.</summary>
internal sealed class ReadStack(IDbContextFactory<KontenaDb> databases)
{
    /// <param name="revision">Null: the latest.</param>
    public async Task<Result<StackText>> HandleAsync(string grid, string stack, int? revision, Actor actor, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var opened = await db.OpenStackAsync(grid, stack, actor, Capability.SeeGrid, "read stacks", cancel);
        if (!opened.Ok)
        {
            return opened.Problem;
        }
        var number = revision ?? opened.Value.LatestRevision;
        return await db.StackRevisions.AsNoTracking().SingleOrDefaultAsync(r => r.StackId == opened.Value.Id && r.Number == number, cancel) is { } found
            ? new StackText(stack, number, opened.Value.LatestRevision, opened.Value.DeployedRevision, found.Main, found.Files, found.Values, found.Spec, found.SavedBy, found.SavedAt)
            : Problem.NotFound($"revision {number} of stack", stack);
    }
}
