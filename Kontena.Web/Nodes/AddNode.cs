using Kontena.Core.Problems;
using Kontena.Web.Agents;
using Kontena.Web.Data;
using Kontena.Web.Events;
using Kontena.Web.Grids;
using Kontena.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Nodes;

/// <param name="Token">Shown once.</param>
internal sealed record NewJoinToken(Guid Id, string Token, DateTimeOffset ExpiresAt);

/// <summary>Makes a join token: single use, one hour.</summary>
internal sealed class AddNode(IDbContextFactory<KontenaDb> databases, ChangeFeed changes, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public async Task<Result<NewJoinToken>> HandleAsync(string grid, Actor actor, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var opened = await db.OpenGridAsync(grid, actor, Capability.ManageNodes, "add nodes", cancel);
        if (!opened.Ok)
        {
            return opened.Problem;
        }
        var now = time.GetUtcNow();
        var (token, text) = Make(opened.Value, actor.Name, now, local: false);
        db.JoinTokens.Add(token);
        db.Events.Add(Event.Of(actor, now, opened.Value.Id, "node.token", grid, token.Id, "made a join token for one node, valid for one hour"));
        await db.SaveChangesAsync(cancel);
        changes.Publish(opened.Value.Id);
        return new NewJoinToken(token.Id, text, token.ExpiresAt);
    }

    public static (JoinToken Token, string Text) Make(Grid grid, string by, DateTimeOffset now, bool local)
    {
        var text = NodeCredential.NewJoinToken();
        return (new JoinToken
        {
            GridId = grid.Id,
            Hash = NodeCredential.Hash(text),
            Local = local,
            UsesLeft = 1,
            CreatedAt = now,
            ExpiresAt = now + Lifetime,
            CreatedBy = by,
        }, text);
    }
}

/// <summary>Makes a join token worthless before its time.</summary>
internal sealed class RevokeJoinToken(IDbContextFactory<KontenaDb> databases, ChangeFeed changes, TimeProvider time)
{
    public async Task<Result<Done>> HandleAsync(string grid, Guid token, Actor actor, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var opened = await db.OpenGridAsync(grid, actor, Capability.ManageNodes, "revoke join tokens", cancel);
        if (!opened.Ok)
        {
            return opened.Problem;
        }
        if (await db.JoinTokens.SingleOrDefaultAsync(t => t.Id == token && t.GridId == opened.Value.Id, cancel) is not { } entity)
        {
            return Problem.NotFound("join token", token.ToString());
        }
        var now = time.GetUtcNow();
        entity.RevokedAt ??= now;
        db.Events.Add(Event.Of(actor, now, opened.Value.Id, "node.token.revoked", grid, token, "revoked a join token"));
        if (await db.SaveAsync("the join token", cancel) is { } problem)
        {
            return problem;
        }
        changes.Publish(opened.Value.Id);
        return default(Done);
    }
}
