using Kontena.Core.Logs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kontena.Web.Logs;

/// <summary>One container's log and how much of it is durable. Outlives the container, the instance and the service.</summary>
internal sealed class LogStream
{
    public long Id { get; private init; }

    public required Guid GridId { get; init; }

    /// <summary>The only node that may write it.</summary>
    public required Guid NodeId { get; init; }

    public required Guid ServiceId { get; init; }

    public required Guid InstanceId { get; init; }

    public required int Number { get; init; }

    public required string ContainerId { get; init; }

    /// <summary>Of the last durable block; 0 for none. With segment files this lags behind until a segment is closed.</summary>
    public long LastSequence { get; set; }

    public long StdoutAt { get; set; }

    public int StdoutRecords { get; set; }

    public long StderrAt { get; set; }

    public int StderrRecords { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When a block of it was last stored, as far as this row knows.</summary>
    public required DateTimeOffset StoredAt { get; set; }

    public LogStreamKey Key => new(InstanceId, ContainerId);

    /// <summary>The last durable block, as far as this object knows.</summary>
    public StreamPosition Position()
    {
        lock (this)
        {
            return new(Key, LastSequence, new(StdoutAt, StdoutRecords, StderrAt, StderrRecords));
        }
    }

    /// <summary>Takes a later position; an older one changes nothing.</summary>
    public void Advance(long sequence, LogCursor cursor, DateTimeOffset now)
    {
        lock (this)
        {
            if (sequence <= LastSequence)
            {
                return;
            }
            (LastSequence, StoredAt) = (sequence, now);
            (StdoutAt, StdoutRecords, StderrAt, StderrRecords) = (cursor.StdoutAt, cursor.StdoutRecords, cursor.StderrAt, cursor.StderrRecords);
        }
    }
}

internal sealed class LogStreamConfiguration : IEntityTypeConfiguration<LogStream>
{
    public void Configure(EntityTypeBuilder<LogStream> stream)
    {
        stream.ToTable("LogStreams");
        stream.HasIndex(s => new { s.InstanceId, s.ContainerId }).IsUnique();
        stream.HasIndex(s => s.ServiceId);
        stream.HasIndex(s => s.NodeId);
        stream.Property(s => s.ContainerId).HasMaxLength(64);
    }
}
