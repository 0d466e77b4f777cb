using System.Collections.Immutable;

namespace Kontena.Core.Services;

public enum FieldChangeKind
{
    Added,
    Changed,
    Removed,
}

/// <summary>One difference between two specs, in the words of the stack file.</summary>
/// <param name="Field">The key: <c>image</c>, <c>environment</c>, <c>deploy.min_health</c>.</param>
/// <param name="Before">As the file would write it; null when added.</param>
/// <param name="After">Null when removed.</param>
public sealed record FieldChange(FieldChangeKind Kind, string Field, string? Before, string? After);

/// <summary>Compares two specs field by field; lists entry by entry (environment by name, ports by mapping …).</summary>
public static class SpecDiff
{
    /// <summary>Values of variables whose name looks secret (PASSWORD, SECRET, TOKEN, KEY …) are masked, unequal ones differently.</summary>
    public static ImmutableArray<FieldChange> Between(ServiceSpec before, ServiceSpec after) => throw new NotSupportedException();

    /// <summary>Whether a running container must be replaced to get from one to the other. Scaling and deploy options alone never do that.</summary>
    public static bool Recreates(ServiceSpec before, ServiceSpec after) => throw new NotSupportedException();
}
