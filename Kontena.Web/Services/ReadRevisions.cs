using System.Collections.Immutable;
using Kontena.Core.Problems;
using Kontena.Core.Services;
using Kontena.Web.Data;
using Kontena.Web.Grids;
using Kontena.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Services;

/// <param name="ContainerRevision">The latest revision up to this one that needed new containers.</param>
internal sealed record ServiceRevisionView(int Number, int ContainerRevision, ServiceSpec Spec, string SavedBy, DateTimeOffset SavedAt);

/// <summary>Reads what a service was, newest first: the revisions that are kept.</summary>
internal sealed class ReadRevisions(IDbContextFactory<KontenaDb> databases)
{
    private const int Most = 50;

    public async Task<Result<ImmutableArray<ServiceRevisionView>>> HandleAsync(ServicePath path, Actor actor, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var opened = await db.OpenServiceAsync(path, actor, Capability.SeeGrid, "see services", cancel);
        if (!opened.Ok)
        {
            return opened.Problem;
        }
        var rows = await db.ServiceRevisions.AsNoTracking().Where(r => r.ServiceId == opened.Value.Id)
            .OrderByDescending(r => r.Number).Take(Most).ToListAsync(cancel);
        return rows.Select(r => new ServiceRevisionView(r.Number, r.ContainerRevision, r.Spec, r.SavedBy, r.SavedAt)).ToImmutableArray();
    }
}
