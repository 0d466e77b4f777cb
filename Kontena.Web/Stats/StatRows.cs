using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kontena.Web.Stats;

/// <summary>Some minutes of samples of one instance or node as columns: a few hundred bytes instead of a hundred rows.</summary>
internal sealed class StatBlockRow
{
    public long Id { get; private init; }

    /// <summary>The instance or node.</summary>
    public required Guid SubjectId { get; init; }

    /// <summary>Empty for a node.</summary>
    public required Guid ServiceId { get; init; }

    /// <summary>Of the instance; 0 for a node.</summary>
    public required int Number { get; init; }

    /// <summary>Milliseconds since 1970.</summary>
    public required long FirstAt { get; init; }

    public required long LastAt { get; init; }

    public required byte[] Columns { get; init; }
}

/// <summary>Five minutes or an hour of one instance in one row.</summary>
internal sealed class InstanceRollUp
{
    public long Id { get; private init; }

    public required Guid InstanceId { get; init; }

    public required Guid ServiceId { get; init; }

    public required int Number { get; init; }

    /// <summary>300 or 3,600.</summary>
    public required int Seconds { get; init; }

    /// <summary>Its start, milliseconds since 1970.</summary>
    public required long At { get; init; }

    /// <summary>Points that are in the means so far.</summary>
    public required int Points { get; set; }

    public required double CpuPercent { get; set; }

    public required double CpuPercentMost { get; set; }

    public required long MemoryBytesMost { get; set; }

    public required long MemoryLimitBytes { get; set; }

    public required double NetworkReceivedPerSecond { get; set; }

    public required double NetworkSentPerSecond { get; set; }

    public required double BlockReadPerSecond { get; set; }

    public required double BlockWrittenPerSecond { get; set; }
}

/// <summary>Five minutes or an hour of one node in one row.</summary>
internal sealed class NodeRollUp
{
    public long Id { get; private init; }

    public required Guid NodeId { get; init; }

    public required int Seconds { get; init; }

    /// <summary>Its start, milliseconds since 1970.</summary>
    public required long At { get; init; }

    public required int Points { get; set; }

    public required double CpuPercent { get; set; }

    public required double Load1 { get; set; }

    public required long MemoryTotalBytes { get; set; }

    public required long MemoryUsedBytesMost { get; set; }

    public required long DiskTotalBytes { get; set; }

    public required long DiskUsedBytesMost { get; set; }

    public required double NetworkReceivedPerSecond { get; set; }

    public required double NetworkSentPerSecond { get; set; }
}

internal sealed class StatBlockRowConfiguration : IEntityTypeConfiguration<StatBlockRow>
{
    public void Configure(EntityTypeBuilder<StatBlockRow> row)
    {
        row.ToTable("StatBlocks");
        row.HasIndex(r => new { r.SubjectId, r.LastAt });
        row.HasIndex(r => new { r.ServiceId, r.LastAt });
        row.HasIndex(r => r.LastAt);
    }
}

internal sealed class InstanceRollUpConfiguration : IEntityTypeConfiguration<InstanceRollUp>
{
    public void Configure(EntityTypeBuilder<InstanceRollUp> row)
    {
        row.ToTable("InstanceRollUps");
        row.HasIndex(r => new { r.InstanceId, r.Seconds, r.At }).IsUnique();
        row.HasIndex(r => new { r.ServiceId, r.Seconds, r.At });
        row.HasIndex(r => new { r.Seconds, r.At });
    }
}

internal sealed class NodeRollUpConfiguration : IEntityTypeConfiguration<NodeRollUp>
{
    public void Configure(EntityTypeBuilder<NodeRollUp> row)
    {
        row.ToTable("NodeRollUps");
        row.HasIndex(r => new { r.NodeId, r.Seconds, r.At }).IsUnique();
        row.HasIndex(r => new { r.Seconds, r.At });
    }
}
