using Kontena.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Identity;

/// <summary>What the sign-in pages need to know about the installation.</summary>
internal sealed class SignIns(IDbContextFactory<KontenaDb> databases)
{
    private volatile bool _setUp;

    /// <summary>Whether somebody can sign in. Once true it stays true, so it is asked only until then.</summary>
    public async Task<bool> IsSetUpAsync(CancellationToken cancel)
    {
        if (!_setUp)
        {
            await using var db = await databases.CreateDbContextAsync(cancel);
            _setUp = await db.Users.AnyAsync(cancel) || await db.Installation.AnyAsync(i => i.SetUpAt != null, cancel);
        }
        return _setUp;
    }
}
