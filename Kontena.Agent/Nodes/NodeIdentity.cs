namespace Kontena.Agent.Nodes;

/// <summary>What enrolment gave this host; kept in <c>node.json</c>, readable by the agent alone.</summary>
/// <param name="ProofKey">Base64.</param>
/// <param name="JoinTokenHash">Of the token it joined with: a different one given later means "join again".</param>
/// <param name="GridId">Null until the master first said so.</param>
internal sealed record NodeIdentity(
    Guid NodeId, string Credential, string Name, string Grid, string ProofKey, string Master, string JoinTokenHash, Guid? GridId);
