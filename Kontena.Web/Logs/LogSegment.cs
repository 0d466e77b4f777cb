using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kontena.Web.Logs;

/// <summary>A file of sealed blocks of one service. The row is there before the file and goes after it.</summary>
internal sealed class LogSegment
{
    public Guid Id { get; private init; } = Guid.CreateVersion7();

    public required Guid ServiceId { get; init; }

    /// <summary>Below the folder of logs.</summary>
    public string Path => $"{ServiceId:N}/{Id:N}.klog";

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>Null while blocks are still appended: then the rest is known only from the file.</summary>
    public DateTimeOffset? SealedAt { get; set; }

    public long Bytes { get; set; }

    /// <summary>Times of lines, nanoseconds since 1970.</summary>
    public long FirstAt { get; set; }

    public long LastAt { get; set; }
}

internal sealed class LogSegmentConfiguration : IEntityTypeConfiguration<LogSegment>
{
    public void Configure(EntityTypeBuilder<LogSegment> segment)
    {
        segment.ToTable("LogSegments");
        segment.HasIndex(s => s.ServiceId);
        segment.Ignore(s => s.Path);
    }
}
