using Kontena.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Kontena.Web.Nodes;

internal static class NodesSetup
{
    private const string LocalJoinToken = "local-join-token";

    public static WebApplicationBuilder AddNodes(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<AddNode>();
        builder.Services.AddSingleton<RevokeJoinToken>();
        builder.Services.AddSingleton<RemoveNode>();
        builder.Services.AddSingleton<ReadJoinTokens>();
        return builder;
    }

    /// <summary>Writes a fresh join token for the agent on this machine, if that was asked for; earlier ones end.</summary>
    public static async Task PrepareNodesAsync(this WebApplication app, CancellationToken cancel)
    {
        var services = app.Services;
        if (!services.GetRequiredService<IOptions<DataOptions>>().Value.LocalAgent)
        {
            return;
        }
        await using var db = await services.GetRequiredService<IDbContextFactory<KontenaDb>>().CreateDbContextAsync(cancel);
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        await db.JoinTokens.Where(t => t.Local && t.RevokedAt == null).ExecuteUpdateAsync(t => t.SetProperty(x => x.RevokedAt, now), cancel);
        var grid = await db.Grids.OrderBy(g => g.CreatedAt).FirstAsync(cancel);
        var (token, text) = AddNode.Make(grid, "start of the master", now, local: true);
        db.JoinTokens.Add(token);
        await db.SaveChangesAsync(cancel);
        services.GetRequiredService<DataFolder>().WriteSecret(LocalJoinToken, text);
    }
}
