using Kontena.Web.Data;
using Kontena.Web.Grids;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kontena.Web.Nodes;

/// <summary>Lets a host join a grid. Kept as a hash; shown once.</summary>
internal sealed class JoinToken : IVersioned
{
    public Guid Id { get; private init; } = Guid.CreateVersion7();

    public required Guid GridId { get; init; }

    /// <summary>SHA-256 of the token's text.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>Made by the master itself for the agent on its own machine.</summary>
    public bool Local { get; init; }

    public required int UsesLeft { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; set; }

    public required string CreatedBy { get; init; }

    public long RowVersion { get; set; }

    public bool ValidAt(DateTimeOffset now) => UsesLeft > 0 && RevokedAt is null && now < ExpiresAt;
}

internal sealed class JoinTokenConfiguration : IEntityTypeConfiguration<JoinToken>
{
    public void Configure(EntityTypeBuilder<JoinToken> token)
    {
        token.HasOne<Grid>().WithMany().HasForeignKey(t => t.GridId).OnDelete(DeleteBehavior.Cascade);
        token.HasIndex(t => t.Hash).IsUnique();
        token.Property(t => t.CreatedBy).HasMaxLength(256);
        token.Property(t => t.RowVersion).IsConcurrencyToken();
    }
}
