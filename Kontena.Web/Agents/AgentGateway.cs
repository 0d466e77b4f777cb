using Kontena.Web.Data;
using Kontena.Web.Nodes;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Agents;

/// <summary>Says "look again" to agents. Never carries what to do: losing a call costs a delay.</summary>
internal sealed partial class AgentGateway(AgentSessions sessions, ILogger<AgentGateway> logger)
{
    public async Task LookAgainAsync(IEnumerable<HostNode> nodes)
    {
        foreach (var node in nodes)
        {
            try
            {
                await sessions.LookAgainAsync(node.Id, node.OrdersGeneration);
            }
            catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
            {
                HintLost(e, node.Name); // it polls anyway
            }
        }
    }

    [LoggerMessage(LogLevel.Debug, "The hint to {Node} was lost")]
    private partial void HintLost(Exception cause, string node);
}

internal static class NodeOrders
{
    /// <summary>Raises the order generation of nodes, tracked by the given context, and returns them for the hint after saving.</summary>
    public static async Task<List<HostNode>> TouchNodesAsync(this KontenaDb db, IEnumerable<Guid> nodes, CancellationToken cancel)
    {
        var ids = nodes.Distinct().ToList();
        var touched = await db.Nodes.Where(n => ids.Contains(n.Id)).ToListAsync(cancel);
        foreach (var node in touched)
        {
            node.OrdersChanged();
        }
        return touched;
    }
}
