using System.Collections.Immutable;
using Kontena.Core.Services;
using Kontena.Core.Stacks;
using Kontena.Web.Data;
using Kontena.Web.Grids;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kontena.Web.Stacks;

/// <summary>A group of services that were written in one file and are deployed together.</summary>
internal sealed class Stack : IVersioned
{
    public Guid Id { get; private init; } = Guid.CreateVersion7();

    public required Guid GridId { get; init; }

    public required string Name { get; init; }

    /// <summary>The latest saved revision.</summary>
    public int LatestRevision { get; private set; }

    /// <summary>The revision whose services are in the grid; null before the first deploy.</summary>
    public int? DeployedRevision { get; private set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public long RowVersion { get; set; }

    public int NextRevision() => ++LatestRevision;

    public void Deploy(int revision) => DeployedRevision = revision;
}

/// <summary>An immutable copy of what was written, and what it meant.</summary>
internal sealed class StackRevision
{
    public Guid Id { get; private init; } = Guid.CreateVersion7();

    public required Guid StackId { get; init; }

    public required int Number { get; init; }

    /// <summary>Name of the file to start from; a key of <see cref="Files"/>.</summary>
    public required string Main { get; init; }

    public required ImmutableSortedDictionary<string, string> Files { get; init; }

    /// <summary>Values that were given for variables.</summary>
    public required ImmutableSortedDictionary<string, string> Values { get; init; }

    public required StackSpec Spec { get; init; }

    public required string SavedBy { get; init; }

    public required DateTimeOffset SavedAt { get; init; }
}

internal sealed class StackConfiguration : IEntityTypeConfiguration<Stack>
{
    public void Configure(EntityTypeBuilder<Stack> stack)
    {
        stack.HasOne<Grid>().WithMany().HasForeignKey(s => s.GridId).OnDelete(DeleteBehavior.Restrict);
        stack.HasIndex(s => new { s.GridId, s.Name }).IsUnique();
        stack.Property(s => s.Name).HasMaxLength(63);
        stack.Property(s => s.RowVersion).IsConcurrencyToken();
    }
}

internal sealed class StackRevisionConfiguration : IEntityTypeConfiguration<StackRevision>
{
    public void Configure(EntityTypeBuilder<StackRevision> revision)
    {
        revision.HasOne<Stack>().WithMany().HasForeignKey(r => r.StackId).OnDelete(DeleteBehavior.Cascade);
        revision.HasIndex(r => new { r.StackId, r.Number }).IsUnique();
        revision.Property(r => r.Main).HasMaxLength(255);
        revision.Property(r => r.SavedBy).HasMaxLength(256);
        revision.Property(r => r.Files).AsJson(DataJson.Default.ImmutableSortedDictionaryStringString);
        revision.Property(r => r.Values).AsJson(DataJson.Default.ImmutableSortedDictionaryStringString);
        revision.Property(r => r.Spec).AsJson(SpecJson.Default.StackSpec);
    }
}
