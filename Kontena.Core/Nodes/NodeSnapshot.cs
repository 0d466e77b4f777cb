using System.Collections.Immutable;

namespace Kontena.Core.Nodes;

public enum NodeAvailability
{
    Active,

    /// <summary>Takes no new instances.</summary>
    Drain,
}

/// <summary>What the planner may know about a node.</summary>
public sealed record NodeSnapshot
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    /// <summary>1–254, unique in the grid; breaks ties.</summary>
    public required int Number { get; init; }

    public ImmutableArray<string> Labels { get; init; } = [];

    public NodeAvailability Availability { get; init; }

    /// <summary>Connected, and its facts have arrived.</summary>
    public bool Connected { get; init; } = true;

    /// <summary>Null: never seen.</summary>
    public DateTimeOffset? LastSeenAt { get; init; }

    /// <summary>Null when unknown.</summary>
    public decimal? Cpus { get; init; }

    /// <summary>Null when unknown.</summary>
    public long? MemoryTotalBytes { get; init; }

    /// <summary>The latest statistics; null when there are none yet.</summary>
    public NodeMemory? Memory { get; init; }

    public ImmutableArray<string> VolumeDrivers { get; init; } = ["local"];

    /// <summary>Engine names of the managed volumes on the node.</summary>
    public ImmutableArray<string> VolumeInstances { get; init; } = [];

    /// <summary>Every container on the node, ours or foreign.</summary>
    public ImmutableArray<NodeContainer> Containers { get; init; } = [];

    /// <summary>Ports that something which is not ours holds on the host.</summary>
    public ImmutableArray<ForeignPort> ForeignPorts { get; init; } = [];

    /// <summary>The value of the label <c>az</c>, else <c>default</c>.</summary>
    public string Zone => Labels.FirstOrDefault(l => l.StartsWith("az=", StringComparison.Ordinal))?[3..] ?? "default";
}

public sealed record NodeMemory(long TotalBytes, long FreeBytes, long CachedBytes, long BuffersBytes);

/// <param name="Service">Null for a foreign container; likewise the others.</param>
public sealed record NodeContainer(string Name, string? Service, string? Stack, int? Number);

public sealed record ForeignPort(string Ip, int Port, string Protocol);
