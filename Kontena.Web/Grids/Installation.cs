using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kontena.Web.Grids;

/// <summary>The one row that says which history this database is.</summary>
internal sealed class Installation
{
    public const int TheOne = 1;

    public int Id { get; private init; } = TheOne;

    /// <summary>New in each fresh or restored database, so that agents act on nothing destructive after a restore.</summary>
    public Guid DataGeneration { get; init; } = Guid.CreateVersion7();

    /// <summary>When the first administrator was made; null until then. Decides the race of two browsers.</summary>
    public DateTimeOffset? SetUpAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed class InstallationConfiguration : IEntityTypeConfiguration<Installation>
{
    public void Configure(EntityTypeBuilder<Installation> installation) => installation.Property(i => i.Id).ValueGeneratedNever();
}
