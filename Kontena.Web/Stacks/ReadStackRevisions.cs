using System.Collections.Immutable;
using Kontena.Core.Problems;
using Kontena.Web.Data;
using Kontena.Web.Grids;
using Kontena.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Stacks;

/// <param name="Files">Names of the files, the main one first.</param>
internal sealed record StackRevisionView(int Number, string SavedBy, DateTimeOffset SavedAt, ImmutableArray<string> Files, int Services);

/// <summary>Reads what was saved of a stack, newest first.</summary>
internal sealed class ReadStackRevisions(IDbContextFactory<KontenaDb> databases)
{
    private const int Most = 30;

    public async Task<Result<ImmutableArray<StackRevisionView>>> HandleAsync(string grid, string stack, Actor actor, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var opened = await db.OpenStackAsync(grid, stack, actor, Capability.SeeGrid, "see stacks", cancel);
        if (!opened.Ok)
        {
            return opened.Problem;
        }
        var rows = await db.StackRevisions.AsNoTracking().Where(r => r.StackId == opened.Value.Id).OrderByDescending(r => r.Number).Take(Most).ToListAsync(cancel);
        return rows.Select(r => new StackRevisionView(
            r.Number, r.SavedBy, r.SavedAt, [.. r.Files.Keys.OrderByDescending(name => name == r.Main)], r.Spec.Services.Length)).ToImmutableArray();
    }
}
