namespace Kontena.Agent.Nodes;

/// <summary>What enrolment gave this host; kept in <c>node.json</c>, readable by the agent alone.</summary>
/// <param name="ProofKey">Base64.</param>
/// <param name="JoinTokenHash">Of the token it joined with: a different one given later means "join again".</param>
/// <param name="GridId">Null until the master first said so.</param>
/// <param name="EngineId">Kept, so that an engine that hangs does not keep the agent from saying so to the master.</param>
internal sealed record NodeIdentity(
    Guid NodeId, string Credential, string Name, string Grid, string ProofKey, string Master, string JoinTokenHash, Guid? GridId,
    string EngineId);
