using System.Collections.Immutable;
using Kontena.Web.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kontena.Web.Grids;

/// <summary>A set of hosts and what runs on them; the unit of access rights.</summary>
internal sealed class Grid : IVersioned
{
    public Guid Id { get; private init; } = Guid.CreateVersion7();

    public required string Name { get; init; }

    public string Subnet { get; init; } = "10.81.0.0/16";

    public string Supernet { get; init; } = "10.80.0.0/12";

    public int InitialSize { get; init; } = 1;

    public ImmutableArray<string> DefaultAffinity { get; set; } = [];

    /// <summary>The number that people call the latest deploy by.</summary>
    public int LastDeployNumber { get; private set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public long RowVersion { get; set; }

    public int NextDeployNumber() => ++LastDeployNumber;
}

internal sealed class GridConfiguration : IEntityTypeConfiguration<Grid>
{
    public void Configure(EntityTypeBuilder<Grid> grid)
    {
        grid.HasIndex(g => g.Name).IsUnique();
        grid.Property(g => g.Name).HasMaxLength(63);
        grid.Property(g => g.Subnet).HasMaxLength(43);
        grid.Property(g => g.Supernet).HasMaxLength(43);
        grid.Property(g => g.DefaultAffinity).AsJson(DataJson.Default.ImmutableArrayString);
        grid.Property(g => g.RowVersion).IsConcurrencyToken();
    }
}
