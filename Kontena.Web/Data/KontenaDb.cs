using Kontena.Web.Deploys;
using Kontena.Web.Events;
using Kontena.Web.Grids;
using Kontena.Web.Identity;
using Kontena.Web.Nodes;
using Kontena.Web.Services;
using Kontena.Web.Stacks;
using Kontena.Web.Volumes;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Data;

/// <summary>The one model. Each database has a context of its own, with its own migrations.</summary>
/// <remarks>docs/adr/0002-two-contexts-for-two-databases.md.</remarks>
internal abstract class KontenaDb(DbContextOptions options)
    : IdentityUserContext<KontenaUser, Guid>(options)
{
    public DbSet<Installation> Installation => Set<Installation>();

    public DbSet<Grid> Grids => Set<Grid>();

    public DbSet<GridMembership> Memberships => Set<GridMembership>();

    public DbSet<HostNode> Nodes => Set<HostNode>();

    public DbSet<JoinToken> JoinTokens => Set<JoinToken>();

    public DbSet<Stack> Stacks => Set<Stack>();

    public DbSet<StackRevision> StackRevisions => Set<StackRevision>();

    public DbSet<Service> Services => Set<Service>();

    public DbSet<ServiceRevision> ServiceRevisions => Set<ServiceRevision>();

    public DbSet<ServiceInstance> Instances => Set<ServiceInstance>();

    public DbSet<Tombstone> Tombstones => Set<Tombstone>();

    public DbSet<Deploy> Deploys => Set<Deploy>();

    public DbSet<InstanceDeploy> InstanceDeploys => Set<InstanceDeploy>();

    public DbSet<StackDeploy> StackDeploys => Set<StackDeploy>();

    public DbSet<VolumeInstance> Volumes => Set<VolumeInstance>();

    public DbSet<Event> Events => Set<Event>();

    public override int SaveChanges(bool acceptAllChangesOnSuccess)
    {
        BeforeSaving();
        return base.SaveChanges(acceptAllChangesOnSuccess);
    }

    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        BeforeSaving();
        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<KontenaUser>().ToTable("Users");
        builder.Entity<IdentityUserClaim<Guid>>().ToTable("UserClaims");
        builder.Entity<IdentityUserLogin<Guid>>().ToTable("UserLogins");
        builder.Entity<IdentityUserToken<Guid>>().ToTable("UserTokens");
        builder.ApplyConfigurationsFromAssembly(typeof(KontenaDb).Assembly);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(24);

    private void BeforeSaving()
    {
        foreach (var entry in ChangeTracker.Entries())
        {
            if (entry.State is EntityState.Modified or EntityState.Deleted && entry.Entity is Event)
            {
                throw new InvalidOperationException("Events are never changed or deleted.");
            }
            if (entry is { State: EntityState.Modified, Entity: IVersioned versioned })
            {
                versioned.RowVersion++;
            }
        }
    }
}

/// <summary>The embedded default: one master, one file.</summary>
internal sealed class SqliteKontenaDb(DbContextOptions<SqliteKontenaDb> options) : KontenaDb(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicks>(); // so that it sorts
    }
}

/// <summary>For several masters, and for whoever runs PostgreSQL anyway.</summary>
internal sealed class PostgresKontenaDb(DbContextOptions<PostgresKontenaDb> options) : KontenaDb(options);
