using Kontena.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Identity;

internal static class IdentityStart
{
    /// <summary>Writes the setup code while there is no administrator.</summary>
    public static async Task PrepareIdentityAsync(this WebApplication app, CancellationToken cancel)
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<KontenaDb>>().CreateDbContextAsync(cancel);
        await app.Services.GetRequiredService<SetupCode>().PrepareAsync(db, cancel);
    }
}
