using System.Collections.Immutable;

namespace Kontena.Agent.Nodes;

/// <summary>What the operator told this agent at its start.</summary>
internal sealed record AgentOptions
{
    public required Uri Master { get; init; }

    /// <summary>Only needed for the first start, and to join again after the node was removed.</summary>
    public string? JoinToken { get; init; }

    /// <summary>Holds the node's credential and what it should run; nobody else may read it.</summary>
    public string DataFolder { get; init; } = "/var/lib/kontena-agent";

    public required string Name { get; init; }

    /// <summary><c>key=value</c>.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    public Uri Engine { get; init; } = new("unix:///var/run/docker.sock");
}
