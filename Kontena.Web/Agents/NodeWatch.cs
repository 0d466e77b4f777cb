using Kontena.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Agents;

/// <summary>Notices nodes that went silent: a live socket does not prove a live agent.</summary>
internal sealed partial class NodeWatch(
    IDbContextFactory<KontenaDb> databases, AgentSessions sessions, TimeProvider time, ILogger<NodeWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    /// <summary>After a start no node goes offline before its agent had the time to come back.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = time.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Every, time, stoppingToken);
                if (time.GetElapsedTime(started) > Grace)
                {
                    await SweepAsync(stoppingToken);
                }
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                SweepFailed(e);
            }
        }
    }

    /// <summary>One look at all sessions.</summary>
    public async Task SweepAsync(CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var limit = time.GetUtcNow() - Silence;
        var silent = await db.Nodes.Where(n => n.Session != null && n.LastSeenAt < limit).Select(n => new { n.Id, n.Session }).ToListAsync(cancel);
        foreach (var node in silent)
        {
            await sessions.MarkOfflineAsync(db, node.Id, node.Session!.Value, "no heartbeat for thirty seconds", cancel);
        }
    }

    [LoggerMessage(LogLevel.Error, "The look at the nodes' heartbeats failed")]
    private partial void SweepFailed(Exception cause);
}
