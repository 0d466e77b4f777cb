using Kontena.Web.Grids;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kontena.Web.Identity;

/// <summary>A person who signs in. The e-mail address is the user name.</summary>
internal sealed class KontenaUser : IdentityUser<Guid>
{
    public KontenaUser() => Id = Guid.CreateVersion7();

    /// <summary>As shown to others.</summary>
    public required string DisplayName { get; set; }

    /// <summary>May do everything in every grid.</summary>
    public bool MasterAdministrator { get; set; }

    public bool Disabled { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What a person may do in one grid.</summary>
internal enum GridRole
{
    /// <summary>Sees everything but secrets; changes nothing.</summary>
    Viewer,

    /// <summary>Also changes and deploys stacks and services.</summary>
    User,
}

internal sealed class GridMembership
{
    public required Guid UserId { get; init; }

    public required Guid GridId { get; init; }

    public required GridRole Role { get; set; }
}

internal sealed class KontenaUserConfiguration : IEntityTypeConfiguration<KontenaUser>
{
    public void Configure(EntityTypeBuilder<KontenaUser> user) => user.Property(u => u.DisplayName).HasMaxLength(100);
}

internal sealed class GridMembershipConfiguration : IEntityTypeConfiguration<GridMembership>
{
    public void Configure(EntityTypeBuilder<GridMembership> membership)
    {
        membership.HasKey(m => new { m.UserId, m.GridId });
        membership.HasOne<KontenaUser>().WithMany().HasForeignKey(m => m.UserId).OnDelete(DeleteBehavior.Cascade);
        membership.HasOne<Grid>().WithMany().HasForeignKey(m => m.GridId).OnDelete(DeleteBehavior.Cascade);
    }
}
