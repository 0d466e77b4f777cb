using System.Collections.Immutable;
using Kontena.Core.Protocol;
using Kontena.Core.Scheduling;
using Kontena.Web.Data;
using Kontena.Web.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kontena.Web.Services;

internal enum DesiredInstanceState
{
    /// <summary>Placed, not to be started yet: its old container has to end first.</summary>
    Initialized,
    Running,
    Stopped,
}

/// <summary>One numbered instance of a service: where it should be, and what its agent last said of it.</summary>
internal sealed class ServiceInstance : IVersioned
{
    public Guid Id { get; private init; } = Guid.CreateVersion7();

    public required Guid GridId { get; init; }

    public required Guid ServiceId { get; init; }

    public required int Number { get; init; }

    /// <summary>Null when its node was removed.</summary>
    public Guid? NodeId { get; private set; }

    public DesiredInstanceState Desired { get; private set; }

    public long DeployRev { get; private set; }

    /// <summary>The service revision that it should run.</summary>
    public int Revision { get; private set; }

    /// <summary>Rises each time the node changes; fences off the old one.</summary>
    public long Epoch { get; private set; } = 1;

    public long RestartSequence { get; private set; }

    /// <summary>Why it is where it is.</summary>
    public Placement? Placement { get; set; }

    // What the agent said last.
    public long? ReportedRev { get; private set; }

    public InstanceState State { get; private set; }

    public bool Ready { get; private set; }

    public bool Unhealthy { get; private set; }

    public string? Error { get; private set; }

    public string? Warning { get; private set; }

    public string? Doing { get; private set; }

    public string? ContainerId { get; private set; }

    public string? Address { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? ReadySince { get; private set; }

    public int Restarts { get; private set; }

    public long? ExitCode { get; private set; }

    public long RestartDone { get; private set; }

    public ImmutableArray<string> OneshotsDone { get; private set; } = [];

    public DateTimeOffset? ReportedAt { get; private set; }

    public long RowVersion { get; set; }

    /// <summary>Gives the instance to a node. The old one, if any, is fenced off by the epoch.</summary>
    public void MoveTo(Guid? node)
    {
        if (NodeId == node)
        {
            return;
        }
        if (NodeId is not null || ReportedRev is not null)
        {
            Epoch++;
        }
        (NodeId, Desired, ReportedRev, State, Ready, Unhealthy) = (node, DesiredInstanceState.Initialized, null, InstanceState.Initialized, false, false);
        (Error, Warning, Doing, ContainerId, Address, StartedAt, ReadySince, ExitCode) = (null, null, null, null, null, null, null, null);
    }

    public void Start(long deployRev, int revision) =>
        (Desired, DeployRev, Revision, ReportedRev) = (DesiredInstanceState.Running, deployRev, revision, null);

    public void Stop() => Desired = DesiredInstanceState.Stopped;

    public void Resume() => Desired = DesiredInstanceState.Running;

    public void Restart() => RestartSequence++;

    /// <summary>Takes a report; false when it is about an older epoch or deploy.</summary>
    public bool Take(InstanceReport report, DateTimeOffset now)
    {
        if (report.Epoch != Epoch || report.DeployRev < (ReportedRev ?? 0) || report.DeployRev > DeployRev)
        {
            return false;
        }
        ReportedRev = report.DeployRev;
        (State, Ready, Unhealthy, Restarts, ExitCode) = (report.State, report.Ready, report.Unhealthy, Math.Max(0, report.Restarts), report.ExitCode);
        (Error, Warning, Doing) = (Cut(report.Error, 2_000), Cut(report.Warning, 2_000), Cut(report.Doing, 200));
        (ContainerId, Address) = (Cut(report.ContainerId, 64), Cut(report.Address, 45));
        (StartedAt, ReadySince, ReportedAt) = (report.StartedAt?.ToUniversalTime(), report.ReadySince?.ToUniversalTime(), now);
        RestartDone = Math.Max(RestartDone, Math.Min(report.RestartDone, RestartSequence));
        OneshotsDone = [.. OneshotsDone.Union(report.OneshotsDone.IsDefault ? [] : report.OneshotsDone.Take(100)).Order(StringComparer.Ordinal)];
        return true;
    }

    private static string? Cut(string? text, int length) => text?.Length > length ? text[..length] : text;
}

/// <summary>A container that must end on a node: its instance moved away, shrank away or was removed. Goes when the agent confirms.</summary>
internal sealed class Tombstone
{
    public Guid Id { get; private init; } = Guid.CreateVersion7();

    public required Guid GridId { get; init; }

    public required Guid NodeId { get; init; }

    public required Guid InstanceId { get; init; }

    public required long Epoch { get; init; }

    /// <summary>The last order, with the wish <see cref="DesiredState.Terminated"/>.</summary>
    public required InstanceOrder Order { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed class ServiceInstanceConfiguration : IEntityTypeConfiguration<ServiceInstance>
{
    public void Configure(EntityTypeBuilder<ServiceInstance> instance)
    {
        instance.HasOne<Service>().WithMany().HasForeignKey(i => i.ServiceId).OnDelete(DeleteBehavior.Cascade);
        instance.HasOne<HostNode>().WithMany().HasForeignKey(i => i.NodeId).OnDelete(DeleteBehavior.SetNull);
        instance.HasIndex(i => new { i.ServiceId, i.Number }).IsUnique();
        instance.HasIndex(i => i.NodeId);
        instance.HasIndex(i => i.GridId);
        instance.Property(i => i.Placement).AsJson(DataJson.Default.Placement!);
        instance.Property(i => i.OneshotsDone).AsJson(DataJson.Default.ImmutableArrayString);
        instance.Property(i => i.Error).HasMaxLength(2_000);
        instance.Property(i => i.Warning).HasMaxLength(2_000);
        instance.Property(i => i.Doing).HasMaxLength(200);
        instance.Property(i => i.ContainerId).HasMaxLength(64);
        instance.Property(i => i.Address).HasMaxLength(45);
        instance.Property(i => i.RowVersion).IsConcurrencyToken();
    }
}

internal sealed class TombstoneConfiguration : IEntityTypeConfiguration<Tombstone>
{
    public void Configure(EntityTypeBuilder<Tombstone> tombstone)
    {
        tombstone.HasOne<HostNode>().WithMany().HasForeignKey(t => t.NodeId).OnDelete(DeleteBehavior.Cascade);
        tombstone.HasIndex(t => new { t.NodeId, t.InstanceId, t.Epoch }).IsUnique();
        tombstone.Property(t => t.Order).AsJson(DataJson.Default.InstanceOrder);
    }
}
