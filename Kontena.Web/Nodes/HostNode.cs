using System.Collections.Immutable;
using Kontena.Core.Nodes;
using Kontena.Core.Protocol;
using Kontena.Web.Data;
using Kontena.Web.Grids;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kontena.Web.Nodes;

internal enum NodeStatus
{
    /// <summary>Its agent never connected.</summary>
    Created,
    Offline,

    /// <summary>Connected; its facts have not arrived yet.</summary>
    Connecting,
    Drain,
    Online,
}

/// <summary>A host that joined a grid.</summary>
internal sealed class HostNode
{
    public Guid Id { get; private init; } = Guid.CreateVersion7();

    public required Guid GridId { get; init; }

    /// <summary>1–254, the lowest free one; never changes.</summary>
    public required int Number { get; init; }

    public required string Name { get; init; }

    public required string EngineId { get; set; }

    public ImmutableArray<string> Labels { get; set; } = [];

    public NodeAvailability Availability { get; set; }

    /// <summary>SHA-256 of the node's own credential.</summary>
    public required byte[] CredentialHash { get; set; }

    /// <summary>Keys the proof labels of this node's containers; the agent got it when it joined.</summary>
    public required byte[] ProofKey { get; init; }

    /// <summary>The open connection; null when there is none.</summary>
    public Guid? Session { get; private set; }

    public DateTimeOffset? ConnectedAt { get; private set; }

    public DateTimeOffset? LastSeenAt { get; private set; }

    public string? AgentVersion { get; private set; }

    public NodeFacts? Facts { get; private set; }

    /// <summary>Why its engine does not answer; null when it does.</summary>
    public string? EngineProblem { get; set; }

    /// <summary>Rises with each change of what should be on this node. The concurrency token: two changes never share a number.</summary>
    public long OrdersGeneration { get; private set; } = 1;

    public required DateTimeOffset CreatedAt { get; init; }

    public NodeStatus Status => this switch
    {
        { LastSeenAt: null } => NodeStatus.Created,
        { Session: null } => NodeStatus.Offline,
        { Facts: null } => NodeStatus.Connecting,
        { Availability: NodeAvailability.Drain } => NodeStatus.Drain,
        _ => NodeStatus.Online,
    };

    public void Connect(Guid session, string agentVersion, DateTimeOffset now) =>
        (Session, AgentVersion, ConnectedAt, LastSeenAt) = (session, agentVersion, now, now);

    public void Disconnect() => (Session, ConnectedAt) = (null, null);

    public void Report(NodeFacts facts, DateTimeOffset now) => (Facts, LastSeenAt) = (facts, now);

    /// <summary>What should be on this node changed: its agent has to look again.</summary>
    public void OrdersChanged() => OrdersGeneration++;
}

internal sealed class HostNodeConfiguration : IEntityTypeConfiguration<HostNode>
{
    public void Configure(EntityTypeBuilder<HostNode> node)
    {
        node.HasOne<Grid>().WithMany().HasForeignKey(n => n.GridId).OnDelete(DeleteBehavior.Restrict);
        node.HasIndex(n => new { n.GridId, n.Number }).IsUnique();
        node.HasIndex(n => new { n.GridId, n.Name }).IsUnique();
        node.Property(n => n.Name).HasMaxLength(63);
        node.Property(n => n.EngineId).HasMaxLength(128);
        node.Property(n => n.AgentVersion).HasMaxLength(64);
        node.Property(n => n.EngineProblem).HasMaxLength(500);
        node.Property(n => n.Labels).AsJson(DataJson.Default.ImmutableArrayString);
        node.Property(n => n.Facts).AsJson(DataJson.Default.NodeFacts!);
        node.Ignore(n => n.Status);
        node.Property(n => n.OrdersGeneration).IsConcurrencyToken();
    }
}
