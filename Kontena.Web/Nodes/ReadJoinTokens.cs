using System.Collections.Immutable;
using Kontena.Core.Problems;
using Kontena.Web.Data;
using Kontena.Web.Grids;
using Kontena.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Nodes;

/// <param name="Local">Made by the master for the agent on its own machine.</param>
internal sealed record JoinTokenView(Guid Id, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, bool Local);

/// <summary>Lists the join tokens that a host could still use. Their text is not known any more.</summary>
internal sealed class ReadJoinTokens(IDbContextFactory<KontenaDb> databases, TimeProvider time)
{
    private const int Most = 100;

    public async Task<Result<ImmutableArray<JoinTokenView>>> HandleAsync(string grid, Actor actor, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var opened = await db.OpenGridAsync(grid, actor, Capability.ManageNodes, "see join tokens", cancel);
        if (!opened.Ok)
        {
            return opened.Problem;
        }
        var now = time.GetUtcNow();
        var rows = await db.JoinTokens.AsNoTracking()
            .Where(t => t.GridId == opened.Value.Id && t.RevokedAt == null && t.UsesLeft > 0 && t.ExpiresAt > now)
            .OrderByDescending(t => t.CreatedAt).Take(Most).ToListAsync(cancel);
        return rows.Select(t => new JoinTokenView(t.Id, t.CreatedBy, t.CreatedAt, t.ExpiresAt, t.Local)).ToImmutableArray();
    }
}
