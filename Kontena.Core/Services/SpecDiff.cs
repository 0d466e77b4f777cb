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
    public static ImmutableArray<FieldChange> Between(ServiceSpec before, ServiceSpec after)
    {
        var changes = ImmutableArray.CreateBuilder<FieldChange>();
        var (old, now) = (SpecFields.Of(before), SpecFields.Of(after));
        foreach (var (field, was, becomes) in old.Zip(now, (a, b) => (a.Field, a, b)))
        {
            Compare(changes, field, was, becomes);
        }
        return changes.ToImmutable();
    }

    /// <summary>Whether a running container must be replaced to get from one to the other. Scaling and deploy options alone never do that.</summary>
    /// <remarks>Neither do affinity and links: they say where an instance runs and who is called what, not what it is made of.</remarks>
    public static bool Recreates(ServiceSpec before, ServiceSpec after) =>
        SpecJson.Canonical(Container(before)) != SpecJson.Canonical(Container(after));

    private static ServiceSpec Container(ServiceSpec spec) => spec with
    {
        Instances = 1,
        Deploy = new DeployOptions(),
        Affinity = [],
        Links = [],
        ExternalLinks = [],
    };

    private static void Compare(ImmutableArray<FieldChange>.Builder changes, string field, SpecField before, SpecField after)
    {
        foreach (var entry in before.Entries)
        {
            if (!after.Find(entry.Key, out var other))
            {
                changes.Add(new FieldChange(FieldChangeKind.Removed, field, Shown(entry), null));
            }
            else if (entry.Value != other.Value)
            {
                var (old, now) = entry.Secret ? (Masked(entry, ""), Masked(other, " (changed)")) : (entry.Text, other.Text);
                changes.Add(new FieldChange(FieldChangeKind.Changed, field, old, now));
            }
        }
        foreach (var entry in after.Entries.Where(entry => !before.Find(entry.Key, out _)))
        {
            changes.Add(new FieldChange(FieldChangeKind.Added, field, null, Shown(entry)));
        }
        // The order of words, hooks or affinity rules means something: entries that only moved are a change of their own.
        if (before.Ordered && before.Entries.Length == after.Entries.Length
            && !before.Entries.Select(e => e.Key).SequenceEqual(after.Entries.Select(e => e.Key))
            && before.Entries.All(e => after.Find(e.Key, out _)))
        {
            changes.Add(new FieldChange(FieldChangeKind.Changed, field, before.Joined, after.Joined));
        }
    }

    private static string Shown(SpecEntry entry) => entry.Secret ? Masked(entry, "") : entry.Text;

    private static string Masked(SpecEntry entry, string mark) => $"{entry.Key}=••••{mark}";
}
