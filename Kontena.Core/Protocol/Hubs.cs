namespace Kontena.Core.Protocol;

/// <summary>What an agent may ask and tell. The node is always the one that the connection proves.</summary>
public interface IMasterHub
{
    /// <summary>First call of a connection.</summary>
    Task<Welcome> HelloAsync(Hello hello);

    /// <summary>The full desired set of the node, or <see cref="DesiredSet.Unchanged"/> when its generation is still <paramref name="since"/>.</summary>
    /// <param name="since">The generation that the agent has applied; 0 for none.</param>
    Task<DesiredSet> GetDesiredAsync(long since);

    Task ReportInstancesAsync(InstanceReports reports);

    /// <summary>On connect, on change, and every five minutes.</summary>
    Task ReportNodeAsync(NodeFacts facts);

    /// <summary>The full inventory of managed volumes: on connect, on change, and every ten minutes.</summary>
    Task ReportVolumesAsync(VolumeInventory inventory);

    /// <summary>Every ten seconds. A node without one for thirty seconds is offline.</summary>
    Task HeartbeatAsync(Heartbeat beat);
}

/// <summary>What the master may tell an agent. Only hints: losing one costs a delay.</summary>
public interface IAgentClient
{
    /// <param name="generation">Of the node's desired set.</param>
    Task LookAgainAsync(long generation);

    /// <summary>The connection ends now; the agent retries slowly and shows why.</summary>
    Task RefusedAsync(ProtocolRefusal refusal);
}
