using Kontena.Core.Services;
using Kontena.Web.Data;
using Kontena.Web.Stacks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kontena.Web.Services;

internal enum ServiceState
{
    /// <summary>Never deployed.</summary>
    Initialized,
    Running,
    Stopped,
}

/// <summary>What a grid runs under one name, as a number of instances.</summary>
internal sealed class Service : IVersioned
{
    public Guid Id { get; private init; } = Guid.CreateVersion7();

    public required Guid GridId { get; init; }

    public required Guid StackId { get; init; }

    public required string Name { get; init; }

    public ServiceState State { get; private set; }

    /// <summary>How many instances should run; per node for the strategy <c>daemon</c>.</summary>
    public required int Instances { get; set; }

    /// <summary>Rises whenever the spec changed or a deploy was forced.</summary>
    public int Revision { get; private set; } = 1;

    public required ServiceSpec Spec { get; set; }

    /// <summary>The counter that orders deploys of this service.</summary>
    public long DeployRev { get; private set; }

    public DateTimeOffset? DeployedAt { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ChangedAt { get; set; }

    public long RowVersion { get; set; }

    /// <summary>Takes another spec; the caller stores the revision.</summary>
    public void Revise(ServiceSpec spec, DateTimeOffset now) => (Spec, Revision, ChangedAt) = (spec, Revision + 1, now);

    public void Scale(int instances, DateTimeOffset now) => (Instances, ChangedAt) = (instances, now);

    public void Run() => State = ServiceState.Running;

    public void Stop() => State = ServiceState.Stopped;

    public long NextDeployRev() => ++DeployRev;
}

/// <summary>An immutable copy of a service's spec.</summary>
internal sealed class ServiceRevision
{
    public Guid Id { get; private init; } = Guid.CreateVersion7();

    public required Guid ServiceId { get; init; }

    public required int Number { get; init; }

    /// <summary>The latest revision up to this one that needs new containers: what the containers' label carries.</summary>
    public required int ContainerRevision { get; init; }

    public required ServiceSpec Spec { get; init; }

    public required string SavedBy { get; init; }

    public required DateTimeOffset SavedAt { get; init; }
}

internal sealed class ServiceConfiguration : IEntityTypeConfiguration<Service>
{
    public void Configure(EntityTypeBuilder<Service> service)
    {
        service.HasOne<Stack>().WithMany().HasForeignKey(s => s.StackId).OnDelete(DeleteBehavior.Restrict);
        service.HasIndex(s => new { s.StackId, s.Name }).IsUnique();
        service.HasIndex(s => s.GridId);
        service.Property(s => s.Name).HasMaxLength(63);
        service.Property(s => s.Spec).AsJson(SpecJson.Default.ServiceSpec);
        service.Property(s => s.RowVersion).IsConcurrencyToken();
    }
}

internal sealed class ServiceRevisionConfiguration : IEntityTypeConfiguration<ServiceRevision>
{
    public void Configure(EntityTypeBuilder<ServiceRevision> revision)
    {
        revision.HasOne<Service>().WithMany().HasForeignKey(r => r.ServiceId).OnDelete(DeleteBehavior.Cascade);
        revision.HasIndex(r => new { r.ServiceId, r.Number }).IsUnique();
        revision.Property(r => r.SavedBy).HasMaxLength(256);
        revision.Property(r => r.Spec).AsJson(SpecJson.Default.ServiceSpec);
    }
}
