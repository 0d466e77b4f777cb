using System.Collections.Immutable;
using Kontena.Core.Services;

namespace Kontena.Core.Stacks;

/// <summary>What a stack file asks for, normalised.</summary>
public sealed record StackSpec
{
    /// <summary>The installed name: <c>[a-z0-9-]+</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The text of the key <c>stack</c>; for a file without it, the installed name.</summary>
    public required string Source { get; init; }

    public string Version { get; init => field = value ?? field; } = "0.0.1";

    public string? Description { get; init; }

    /// <summary>The service that answers under the stack's own name; null when none does.</summary>
    public string? Expose { get; init; }

    public ImmutableArray<string> Labels { get; init => field = value.OrEmpty(); } = [];

    /// <summary>In the order of the file.</summary>
    public ImmutableArray<ServiceSpec> Services { get; init => field = value.OrEmpty(); } = [];

    public ImmutableArray<StackVolume> Volumes { get; init => field = value.OrEmpty(); } = [];

    /// <summary>Variable name to its value as text; null for one without a value. Never those that touch the vault.</summary>
    public ImmutableSortedDictionary<string, string?> Variables { get; init => field = value ?? field; } =
        ImmutableSortedDictionary<string, string?>.Empty;
}

/// <summary>A volume that the services of a stack mount by <see cref="Name"/>.</summary>
/// <param name="Name">The name in the file.</param>
/// <param name="External">The name of the volume in the grid.</param>
/// <param name="Create">How to create it when it is missing; null: it must exist.</param>
public sealed record StackVolume(string Name, string External, VolumeCreation? Create);

/// <param name="Scope"><c>instance</c>, <c>stack</c> or <c>grid</c>.</param>
public sealed record VolumeCreation(string Driver, ImmutableSortedDictionary<string, string> DriverOptions, string Scope)
{
    public ImmutableSortedDictionary<string, string> DriverOptions { get; init => field = value ?? field; } =
        DriverOptions ?? ImmutableSortedDictionary<string, string>.Empty;
}
