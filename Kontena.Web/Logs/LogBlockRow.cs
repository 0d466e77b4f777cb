using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kontena.Web.Logs;

/// <summary>A sealed block in the database, for masters that share no files.</summary>
internal sealed class LogBlockRow
{
    public long Id { get; private init; }

    public required long StreamId { get; init; }

    public required Guid ServiceId { get; init; }

    public required long Sequence { get; init; }

    /// <summary>Times of lines, nanoseconds since 1970.</summary>
    public required long FirstAt { get; init; }

    public required long LastAt { get; init; }

    public required int Length { get; init; }

    public required DateTimeOffset StoredAt { get; init; }

    /// <summary>The whole block with its header.</summary>
    public required byte[] Block { get; init; }
}

internal sealed class LogBlockRowConfiguration : IEntityTypeConfiguration<LogBlockRow>
{
    public void Configure(EntityTypeBuilder<LogBlockRow> row)
    {
        row.ToTable("LogBlocks");
        row.HasIndex(r => new { r.StreamId, r.Sequence }).IsUnique();
        row.HasIndex(r => new { r.ServiceId, r.LastAt });
        row.HasIndex(r => r.StoredAt);
    }
}
