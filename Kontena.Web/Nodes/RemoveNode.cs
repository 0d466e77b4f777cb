using Kontena.Core.Problems;
using Kontena.Web.Agents;
using Kontena.Web.Data;
using Kontena.Web.Events;
using Kontena.Web.Grids;
using Kontena.Web.Identity;
using Kontena.Web.Volumes;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Nodes;

/// <summary>Takes a node out of its grid. Its credential ends at once; its containers and volumes stay as they are.</summary>
internal sealed class RemoveNode(
    IDbContextFactory<KontenaDb> databases, AgentSessions sessions, ChangeFeed changes, Deploys.DeployWake deploys, TimeProvider time)
{
    /// <returns>Refused with <c>holds_data</c> while volumes of stateful instances are on it: they would be out of reach.</returns>
    public async Task<Result<Done>> HandleAsync(string grid, string name, Actor actor, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var opened = await db.OpenGridAsync(grid, actor, Capability.ManageNodes, "remove nodes", cancel);
        if (!opened.Ok)
        {
            return opened.Problem;
        }
        if (await db.Nodes.SingleOrDefaultAsync(n => n.GridId == opened.Value.Id && n.Name == name, cancel) is not { } node)
        {
            return Problem.NotFound("node", name);
        }
        var data = await db.Volumes.Where(v => v.NodeId == node.Id && v.Path != null && v.State != VolumeState.Detached && v.State != VolumeState.Missing)
            .Select(v => v.DockerName).ToListAsync(cancel);
        if (data.Count > 0)
        {
            return Problem.Conflict("holds_data",
                $"{name} holds the only copy of {data.Count} volumes ({string.Join(", ", data.Take(3))}{(data.Count > 3 ? " …" : "")}). Remove the services that own them first; their data stays on the host.");
        }
        foreach (var instance in await db.Instances.Where(i => i.NodeId == node.Id).ToListAsync(cancel))
        {
            instance.MoveTo(null);
        }
        db.Nodes.Remove(node);
        db.Events.Add(Event.Of(actor, time.GetUtcNow(), opened.Value.Id, "node.removed", name, node.Id, $"removed node {name}", level: "warn"));
        if (await db.SaveAsync($"node {name}", cancel) is { } problem)
        {
            return problem;
        }
        await sessions.EndAsync(node.Id, new("removed", "This node was removed from its grid. Join it again with a new join token."));
        changes.Publish(opened.Value.Id);
        deploys.Wake();
        return default(Done);
    }
}
