using Kontena.Web.Data;
using Kontena.Web.Grids;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kontena.Web.Volumes;

internal enum VolumeState
{
    /// <summary>It exists, and nothing mounts it right now.</summary>
    Ready,
    InUse,

    /// <summary>Its owner is gone; the data stays until somebody removes it on purpose.</summary>
    Detached,

    /// <summary>Its node says that it does not exist any more.</summary>
    Missing,
}

/// <summary>A place on one node that survives containers. Outlives its service: nothing here is deleted with an owner.</summary>
internal sealed class VolumeInstance : IVersioned
{
    public Guid Id { get; private init; } = Guid.CreateVersion7();

    public required Guid GridId { get; init; }

    public required Guid NodeId { get; init; }

    /// <summary>Its identity: a label on the engine's volume, kept across database restores.</summary>
    public required Guid Uid { get; init; }

    public required string DockerName { get; init; }

    public required string Driver { get; init; }

    /// <summary><c>instance</c>, <c>stack</c> or <c>grid</c>.</summary>
    public required string Scope { get; init; }

    /// <summary>The service that made it; it may be gone.</summary>
    public Guid? ServiceId { get; init; }

    public required string Stack { get; init; }

    public string? Service { get; init; }

    public int? Number { get; init; }

    /// <summary>Mount path, for the data of a stateful instance.</summary>
    public string? Path { get; init; }

    /// <summary>Name in the stack file, for a named volume.</summary>
    public string? Source { get; init; }

    public VolumeState State { get; set; }

    public long? SizeBytes { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset LastSeenAt { get; set; }

    public long RowVersion { get; set; }
}

internal sealed class VolumeInstanceConfiguration : IEntityTypeConfiguration<VolumeInstance>
{
    public void Configure(EntityTypeBuilder<VolumeInstance> volume)
    {
        volume.HasOne<Grid>().WithMany().HasForeignKey(v => v.GridId).OnDelete(DeleteBehavior.Restrict);
        volume.HasIndex(v => new { v.NodeId, v.Uid }).IsUnique();
        volume.HasIndex(v => v.ServiceId);
        volume.Property(v => v.DockerName).HasMaxLength(255);
        volume.Property(v => v.Driver).HasMaxLength(128);
        volume.Property(v => v.Scope).HasMaxLength(16);
        volume.Property(v => v.Stack).HasMaxLength(63);
        volume.Property(v => v.Service).HasMaxLength(63);
        volume.Property(v => v.Path).HasMaxLength(4_096);
        volume.Property(v => v.Source).HasMaxLength(255);
        volume.Property(v => v.RowVersion).IsConcurrencyToken();
    }
}
