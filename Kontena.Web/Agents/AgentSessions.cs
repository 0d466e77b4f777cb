using System.Collections.Concurrent;
using Kontena.Core.Protocol;
using Kontena.Web.Data;
using Kontena.Web.Events;
using Kontena.Web.Identity;
using Kontena.Web.Nodes;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Agents;

/// <summary>The open connections of agents, one for each node: a newer one replaces the older.</summary>
internal sealed partial class AgentSessions(
    IDbContextFactory<KontenaDb> databases, ChangeFeed changes, Deploys.DeployWake deploys, TimeProvider time, ILogger<AgentSessions> logger)
{
    private readonly ConcurrentDictionary<Guid, Session> _open = new();

    public async Task<Welcome> OpenAsync(Guid node, HubCallerContext connection, IAgentClient client, Hello hello)
    {
        if (hello.Protocol is < ProtocolVersion.Oldest or > ProtocolVersion.Current)
        {
            return Welcome.Refused(new("protocol",
                $"This agent speaks protocol {hello.Protocol}, the master {ProtocolVersion.Oldest} to {ProtocolVersion.Current}. Install a matching agent."));
        }
        await using var db = await databases.CreateDbContextAsync(connection.ConnectionAborted);
        if (await db.Nodes.SingleOrDefaultAsync(n => n.Id == node, connection.ConnectionAborted) is not { } entity)
        {
            return Welcome.Refused(new("removed", "This node was removed from its grid. Join it again with a new join token."));
        }
        if (hello.EngineId != entity.EngineId)
        {
            entity.EngineId = hello.EngineId.Length <= 128 ? hello.EngineId : hello.EngineId[..128]; // a reinstalled engine; the credential proves the node
        }
        var session = new Session(Guid.CreateVersion7(), connection, client);
        if (_open.TryGetValue(node, out var older))
        {
            await older.Client.RefusedAsync(new("superseded", "Another agent connected with this node's credential."));
            older.Connection.Abort();
        }
        _open[node] = session;
        var wasOnline = entity.Session is not null;
        var now = time.GetUtcNow();
        entity.Connect(session.Id, hello.AgentVersion.Length <= 64 ? hello.AgentVersion : hello.AgentVersion[..64], now);
        if (!wasOnline)
        {
            db.Events.Add(Event.Of(Actor.Agent(node, entity.Name), now, entity.GridId, "node.connected", entity.Name, node, $"{entity.Name} is connected", level: "good"));
        }
        await SaveNodeAsync(db, entity, connection.ConnectionAborted);
        var grid = await db.Grids.SingleAsync(g => g.Id == entity.GridId, connection.ConnectionAborted);
        var installation = await db.Installation.SingleAsync(connection.ConnectionAborted);
        Opened(entity.Name, hello.AgentVersion);
        changes.Publish(entity.GridId);
        deploys.Wake();
        return new Welcome(null, grid.Id, grid.Name, node, entity.Name, entity.Number, installation.DataGeneration);
    }

    /// <summary>Whether this connection is still the node's own: an outdated one may not report.</summary>
    public bool IsCurrent(Guid node, string connectionId) => _open.TryGetValue(node, out var session) && session.Connection.ConnectionId == connectionId;

    public async Task CloseAsync(Guid node, string connectionId, CancellationToken cancel)
    {
        if (!_open.TryGetValue(node, out var session) || session.Connection.ConnectionId != connectionId)
        {
            return; // superseded already
        }
        _open.TryRemove(new KeyValuePair<Guid, Session>(node, session));
        await using var db = await databases.CreateDbContextAsync(cancel);
        await MarkOfflineAsync(db, node, session.Id, "its connection ended", cancel);
    }

    /// <summary>Cuts the connection of a node that was removed.</summary>
    public async Task EndAsync(Guid node, ProtocolRefusal why)
    {
        if (_open.TryRemove(node, out var session))
        {
            await session.Client.RefusedAsync(why);
            session.Connection.Abort();
        }
    }

    /// <summary>Marks one node offline, if the session is still the stored one.</summary>
    public async Task MarkOfflineAsync(KontenaDb db, Guid node, Guid session, string why, CancellationToken cancel)
    {
        if (await db.Nodes.SingleOrDefaultAsync(n => n.Id == node && n.Session == session, cancel) is not { } entity)
        {
            return;
        }
        entity.Disconnect();
        db.Events.Add(Event.Of(Actor.System("node watch"), time.GetUtcNow(), entity.GridId, "node.offline", entity.Name, node, $"{entity.Name} is offline: {why}", level: "warn"));
        await SaveNodeAsync(db, entity, cancel);
        Closed(entity.Name, why);
        changes.Publish(entity.GridId);
        deploys.Wake();
    }

    /// <summary>Says "look again" to a node; false when it is not connected here.</summary>
    public async Task<bool> LookAgainAsync(Guid node, long generation)
    {
        if (!_open.TryGetValue(node, out var session))
        {
            return false;
        }
        await session.Client.LookAgainAsync(generation);
        return true;
    }

    /// <summary>The session's state is a fact, not a decision: it wins over a change that was saved meanwhile.</summary>
    private static async Task SaveNodeAsync(KontenaDb db, HostNode node, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await db.SaveChangesAsync(cancel);
                return;
            }
            catch (DbUpdateConcurrencyException)
            {
                var entry = db.Entry(node);
                var (session, connectedAt, lastSeen, version) = (node.Session, node.ConnectedAt, node.LastSeenAt, node.AgentVersion);
                await entry.ReloadAsync(cancel);
                if (entry.State is EntityState.Detached)
                {
                    return; // removed meanwhile
                }
                if (session is { } id)
                {
                    node.Connect(id, version ?? "", lastSeen ?? connectedAt ?? default);
                }
                else
                {
                    node.Disconnect();
                }
            }
        }
    }

    private sealed record Session(Guid Id, HubCallerContext Connection, IAgentClient Client);

    [LoggerMessage(LogLevel.Information, "Node {Node} connected with agent {Version}")]
    private partial void Opened(string node, string version);

    [LoggerMessage(LogLevel.Information, "Node {Node} is offline: {Why}")]
    private partial void Closed(string node, string why);
}
