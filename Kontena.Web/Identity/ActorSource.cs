using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Claims;
using Kontena.Web.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Kontena.Web.Identity;

/// <summary>Turns a signed-in principal into an <see cref="Actor"/> with the rights of this moment, not of the moment of signing in.</summary>
internal sealed class ActorSource(IDbContextFactory<KontenaDb> databases, IOptions<IdentityOptions> identity, TimeProvider time)
{
    /// <summary>How long an answer may be reused: the longest that a revoked right still works.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<Guid, (Actor Actor, string? Stamp, DateTimeOffset At)> _known = new();

    /// <returns><see cref="Actor.Nobody"/> when the principal is not signed in, was disabled, or has an old security stamp.</returns>
    public async Task<Actor> OfAsync(ClaimsPrincipal principal, CancellationToken cancel)
    {
        if (principal.Identity is not { IsAuthenticated: true, AuthenticationType: var type }
            || type != IdentityConstants.ApplicationScheme
            || !Guid.TryParse(principal.FindFirstValue(identity.Value.ClaimsIdentity.UserIdClaimType), out var id))
        {
            return Actor.Nobody;
        }
        var now = time.GetUtcNow();
        if (!_known.TryGetValue(id, out var known) || now - known.At > Fresh)
        {
            known = (await ReadAsync(id, cancel), await StampAsync(id, cancel), now);
            if (_known.Count > 10_000)
            {
                _known.Clear();
            }
            _known[id] = known;
        }
        return known.Stamp == principal.FindFirstValue(identity.Value.ClaimsIdentity.SecurityStampClaimType) ? known.Actor : Actor.Nobody;
    }

    /// <summary>The next question is answered from the database again.</summary>
    public void Forget(Guid user) => _known.TryRemove(user, out _);

    private async Task<Actor> ReadAsync(Guid id, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == id && !u.Disabled, cancel);
        if (user is null)
        {
            return Actor.Nobody;
        }
        var roles = await db.Memberships.Where(m => m.UserId == id).ToDictionaryAsync(m => m.GridId, m => m.Role, cancel);
        return new Actor(ActorKind.User, id, user.DisplayName, user.MasterAdministrator, roles.ToImmutableDictionary());
    }

    private async Task<string?> StampAsync(Guid id, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.Users.Where(u => u.Id == id).Select(u => u.SecurityStamp).SingleOrDefaultAsync(cancel);
    }
}
