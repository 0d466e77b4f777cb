using Kontena.Core.Problems;
using Kontena.Web.Data;
using Kontena.Web.Identity;
using Kontena.Web.Services;
using Kontena.Web.Stacks;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Grids;

/// <summary>The way from a name in an address to a row: the gate stands in it, so no use case can pass it by.</summary>
internal static class GridAccess
{
    /// <param name="act">In plain words, for the refusal: "scale services".</param>
    public static async Task<Result<Grid>> OpenGridAsync(
        this KontenaDb db, string grid, Actor actor, Capability capability, string act, CancellationToken cancel)
    {
        var entity = await db.Grids.SingleOrDefaultAsync(g => g.Name == grid, cancel);
        if (entity is null || !actor.May(Capability.SeeGrid, entity.Id))
        {
            return Problem.NotFound("grid", grid);
        }
        return actor.Refusal(capability, entity.Id, grid, act) is { } refusal ? refusal : entity;
    }

    public static async Task<Result<Stack>> OpenStackAsync(
        this KontenaDb db, string grid, string stack, Actor actor, Capability capability, string act, CancellationToken cancel)
    {
        var opened = await db.OpenGridAsync(grid, actor, capability, act, cancel);
        if (!opened.Ok)
        {
            return opened.Problem;
        }
        return await db.Stacks.SingleOrDefaultAsync(s => s.GridId == opened.Value.Id && s.Name == stack, cancel) is { } entity
            ? entity
            : Problem.NotFound("stack", stack);
    }

    public static async Task<Result<Service>> OpenServiceAsync(
        this KontenaDb db, ServicePath path, Actor actor, Capability capability, string act, CancellationToken cancel)
    {
        var opened = await db.OpenStackAsync(path.Grid, path.Stack, actor, capability, act, cancel);
        if (!opened.Ok)
        {
            return opened.Problem;
        }
        return await db.Services.SingleOrDefaultAsync(s => s.StackId == opened.Value.Id && s.Name == path.Service, cancel) is { } entity
            ? entity
            : Problem.NotFound("service", path.ToString());
    }
}
