using Kontena.Core.Deploys;
using Kontena.Core.Scheduling;
using Kontena.Web.Data;
using Kontena.Web.Services;
using Kontena.Web.Stacks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kontena.Web.Deploys;

/// <summary>One rollout of one service. All progress is in its rows, so any pass can go on where the last one stopped.</summary>
internal sealed class Deploy : IVersioned
{
    public Guid Id { get; private init; } = Guid.CreateVersion7();

    public required Guid GridId { get; init; }

    public required Guid ServiceId { get; init; }

    /// <summary>The stack deploy that it belongs to; null when the service was deployed alone.</summary>
    public Guid? StackDeployId { get; init; }

    /// <summary>The number that people call it by, unique in the grid.</summary>
    public required int Number { get; init; }

    public DeployState State { get; private set; }

    /// <summary>Why it failed or was aborted; null otherwise.</summary>
    public string? Reason { get; private set; }

    /// <summary>The service revision that it brings.</summary>
    public required int Revision { get; init; }

    /// <summary>The service revision before; null for the first deploy.</summary>
    public int? FromRevision { get; init; }

    /// <summary>Set when it starts.</summary>
    public long? DeployRev { get; private set; }

    /// <summary>Instances after it; set when it starts.</summary>
    public int Count { get; private set; }

    public bool CancelRequested { get; private set; }

    /// <summary>Where everything goes and why; set when it starts.</summary>
    public ServicePlan? Plan { get; private set; }

    public required string RequestedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? FinishedAt { get; private set; }

    public long RowVersion { get; set; }

    public bool Finished => State is DeployState.Success or DeployState.Error or DeployState.Aborted;

    public void Start(long deployRev, ServicePlan plan, DateTimeOffset now) =>
        (State, DeployRev, Plan, Count, StartedAt) = (DeployState.Ongoing, deployRev, plan, plan.Count, now);

    public void Cancel() => CancelRequested = true;

    public void Finish(string? error, DateTimeOffset now) =>
        (State, Reason, FinishedAt) = (error is null ? DeployState.Success : DeployState.Error, error, now);

    public void Abort(string reason, DateTimeOffset now) => (State, Reason, FinishedAt) = (DeployState.Aborted, reason, now);
}

/// <summary>How far one instance has come in a deploy.</summary>
internal sealed class InstanceDeploy
{
    public Guid Id { get; private init; } = Guid.CreateVersion7();

    public required Guid DeployId { get; init; }

    public required int Number { get; init; }

    public required Guid NodeId { get; init; }

    /// <summary>The node that it leaves; null when it stays or is new.</summary>
    public Guid? FromNodeId { get; init; }

    public InstanceDeployState State { get; private set; }

    public InstanceDeployStep Step { get; private set; }

    public string? Error { get; private set; }

    public DateTimeOffset? StepStartedAt { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? FinishedAt { get; private set; }

    public void To(InstanceDeployStep step, DateTimeOffset now) =>
        (State, Step, StepStartedAt, StartedAt) = (InstanceDeployState.Ongoing, step, now, StartedAt ?? now);

    public void Succeed(DateTimeOffset now) =>
        (State, Step, FinishedAt) = (InstanceDeployState.Success, InstanceDeployStep.Done, now);

    public void Fail(string reason, DateTimeOffset now) =>
        (State, Error, FinishedAt) = (InstanceDeployState.Error, reason.Length > 2_000 ? reason[..2_000] : reason, now);
}

/// <summary>The rollout of one stack revision: its services one after the other in the order of their links.</summary>
internal sealed class StackDeploy : IVersioned
{
    public Guid Id { get; private init; } = Guid.CreateVersion7();

    public required Guid GridId { get; init; }

    public required Guid StackId { get; init; }

    public required int Number { get; init; }

    public required int StackRevision { get; init; }

    public int? FromStackRevision { get; init; }

    public DeployState State { get; private set; }

    public string? Reason { get; private set; }

    public required string RequestedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; private set; }

    public long RowVersion { get; set; }

    public bool Finished => State is DeployState.Success or DeployState.Error or DeployState.Aborted;

    public void Start() => State = DeployState.Ongoing;

    public void Finish(string? error, DateTimeOffset now) =>
        (State, Reason, FinishedAt) = (error is null ? DeployState.Success : DeployState.Error, error, now);
}

internal sealed class DeployConfiguration : IEntityTypeConfiguration<Deploy>
{
    public void Configure(EntityTypeBuilder<Deploy> deploy)
    {
        deploy.HasOne<Service>().WithMany().HasForeignKey(d => d.ServiceId).OnDelete(DeleteBehavior.Cascade);
        deploy.HasOne<StackDeploy>().WithMany().HasForeignKey(d => d.StackDeployId).OnDelete(DeleteBehavior.Cascade);
        deploy.HasIndex(d => new { d.GridId, d.Number }).IsUnique();
        deploy.HasIndex(d => d.State);
        deploy.Property(d => d.Reason).HasMaxLength(8_000);
        deploy.Property(d => d.RequestedBy).HasMaxLength(256);
        deploy.Property(d => d.Plan).AsJson(DataJson.Default.ServicePlan!);
        deploy.Ignore(d => d.Finished);
        deploy.Property(d => d.RowVersion).IsConcurrencyToken();
    }
}

internal sealed class InstanceDeployConfiguration : IEntityTypeConfiguration<InstanceDeploy>
{
    public void Configure(EntityTypeBuilder<InstanceDeploy> deploy)
    {
        deploy.HasOne<Deploy>().WithMany().HasForeignKey(d => d.DeployId).OnDelete(DeleteBehavior.Cascade);
        deploy.HasIndex(d => new { d.DeployId, d.Number }).IsUnique();
        deploy.Property(d => d.Error).HasMaxLength(2_000);
    }
}

internal sealed class StackDeployConfiguration : IEntityTypeConfiguration<StackDeploy>
{
    public void Configure(EntityTypeBuilder<StackDeploy> deploy)
    {
        deploy.HasOne<Stack>().WithMany().HasForeignKey(d => d.StackId).OnDelete(DeleteBehavior.Cascade);
        deploy.HasIndex(d => new { d.GridId, d.Number }).IsUnique();
        deploy.HasIndex(d => d.State);
        deploy.Property(d => d.Reason).HasMaxLength(8_000);
        deploy.Property(d => d.RequestedBy).HasMaxLength(256);
        deploy.Ignore(d => d.Finished);
        deploy.Property(d => d.RowVersion).IsConcurrencyToken();
    }
}
