using System.Net.WebSockets;
using Kontena.Core.Protocol;
using Kontena.Web.Data;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Agents;

/// <summary>Where agents deliver logs and statistics: a binary WebSocket beside the hub, so that bulk never delays control.</summary>
internal sealed partial class TelemetryEndpoint(
    TelemetryParts parts, IDbContextFactory<KontenaDb> databases, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<TelemetryEndpoint> logger)
{
    /// <summary>How long a removed node's open connection may live on.</summary>
    private static readonly TimeSpan ProveAgainEvery = TimeSpan.FromSeconds(15);

    public async Task HandleAsync(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        var (node, grid) = (http.User.Node(), http.User.Grid());
        using var socket = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            KeepAliveInterval = TimeSpan.FromSeconds(15),
            KeepAliveTimeout = TimeSpan.FromSeconds(20),
        });
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        var proving = ProveAsync(node, http.Request.Headers.Authorization.ToString(), ending);
        try
        {
            await new TelemetrySession(socket, node, grid, parts).RunAsync(ending.Token);
        }
        catch (TelemetryProtocolException e)
        {
            AgentMisbehaved(node, e.Message);
            await CloseAsync(socket, WebSocketCloseStatus.ProtocolError, e.Message);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The agent went away, was removed, or the master ends. The agent comes back and repeats what was not acknowledged.
        }
        catch (IOException e)
        {
            NotStored(e, node);
            await CloseAsync(socket, WebSocketCloseStatus.InternalServerError, "The master could not store a block. Send it again later.");
        }
        finally
        {
            await ending.CancelAsync();
            await proving;
        }
    }

    /// <summary>Ends the connection soon after the node was removed or its credential replaced.</summary>
    private async Task ProveAsync(Guid node, string authorization, CancellationTokenSource ending)
    {
        var hash = NodeCredential.Hash(authorization["Bearer ".Length..].Trim());
        try
        {
            using var timer = new PeriodicTimer(ProveAgainEvery, time);
            while (await timer.WaitForNextTickAsync(ending.Token))
            {
                await using var db = await databases.CreateDbContextAsync(ending.Token);
                if (!await db.Nodes.AnyAsync(n => n.Id == node && n.CredentialHash == hash, ending.Token))
                {
                    await ending.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The session has ended.
        }
        catch (Exception e)
        {
            // Not knowing is no reason to trust: the agent reconnects and proves itself anew.
            ProofFailed(e, node);
            await ending.CancelAsync();
        }
    }

    private static async Task CloseAsync(WebSocket socket, WebSocketCloseStatus status, string reason)
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            await socket.CloseOutputAsync(status, reason.Length > 100 ? reason[..100] : reason, soon.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // It is gone already.
        }
    }

    [LoggerMessage(LogLevel.Warning, "The telemetry connection of node {Node} is ended: {Reason}")]
    private partial void AgentMisbehaved(Guid node, string reason);

    [LoggerMessage(LogLevel.Warning, "The telemetry connection of node {Node} is ended because a block could not be stored")]
    private partial void NotStored(Exception cause, Guid node);

    [LoggerMessage(LogLevel.Warning, "The telemetry connection of node {Node} is ended because its credential could not be checked")]
    private partial void ProofFailed(Exception cause, Guid node);
}

internal static class TelemetrySetup
{
    public static WebApplicationBuilder AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TelemetryParts>();
        builder.Services.AddSingleton<TelemetryEndpoint>();
        return builder;
    }

    public static WebApplication MapTelemetry(this WebApplication app)
    {
        app.MapGet(ProtocolPaths.Telemetry, (HttpContext http, TelemetryEndpoint telemetry) => telemetry.HandleAsync(http))
            .RequireAuthorization(new AuthorizeAttribute(AgentPolicy.Name));
        return app;
    }
}
