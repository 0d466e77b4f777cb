using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Data;

internal static class Health
{
    /// <summary><c>/healthz</c>: 200 while the master serves and its database answers. Says nothing else to strangers.</summary>
    public static WebApplication MapHealth(this WebApplication app)
    {
        app.MapGet("/healthz", async (IDbContextFactory<KontenaDb> databases, CancellationToken cancel) =>
        {
            await using var db = await databases.CreateDbContextAsync(cancel);
            return await db.Database.CanConnectAsync(cancel) ? Results.Text("ok") : Results.Text("database does not answer", statusCode: 503);
        }).AllowAnonymous();
        return app;
    }
}
