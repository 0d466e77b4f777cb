using Kontena.Core.Protocol;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace Kontena.Web.Agents;

/// <summary>Where agents connect. Translates calls; decides nothing. The node is whoever the credential says it is.</summary>
[Authorize(Policy = AgentPolicy.Name)]
internal sealed class AgentHub(
    AgentSessions sessions, DesiredSets desired, RecordInstances instances, RecordNode nodes, RecordVolumes volumes)
    : Hub<IAgentClient>, IMasterHub
{
    private Guid Node => Context.User!.Node();

    private CancellationToken Gone => Context.ConnectionAborted;

    public async Task<Welcome> HelloAsync(Hello hello)
    {
        var welcome = await sessions.OpenAsync(Node, Context, Clients.Caller, hello);
        if (welcome.Refusal is null)
        {
            await instances.ForgetSequenceAsync(Node);
        }
        return welcome;
    }

    public Task<DesiredSet> GetDesiredAsync(long since)
    {
        RequireCurrent();
        return desired.ReadAsync(Node, since, Gone);
    }

    public Task ReportInstancesAsync(InstanceReports reports)
    {
        RequireCurrent();
        return instances.HandleAsync(Node, reports, Gone);
    }

    public Task ReportNodeAsync(NodeFacts facts)
    {
        RequireCurrent();
        return nodes.HandleAsync(Node, facts, Gone);
    }

    public Task ReportVolumesAsync(VolumeInventory inventory)
    {
        RequireCurrent();
        return volumes.HandleAsync(Node, inventory, Gone);
    }

    public Task HeartbeatAsync(Heartbeat beat)
    {
        RequireCurrent();
        return nodes.BeatAsync(Node, beat, Gone);
    }

    public override Task OnDisconnectedAsync(Exception? exception) => sessions.CloseAsync(Node, Context.ConnectionId, CancellationToken.None);

    /// <summary>A connection that never said hello, or was superseded, may not speak for the node.</summary>
    private void RequireCurrent()
    {
        if (!sessions.IsCurrent(Node, Context.ConnectionId))
        {
            throw new HubException("Say hello first: this connection is not the node's current one.");
        }
    }
}
