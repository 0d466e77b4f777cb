using System.Collections.Immutable;
using Kontena.Core.Deploys;
using Kontena.Core.Problems;
using Kontena.Core.Scheduling;
using Kontena.Web.Data;
using Kontena.Web.Grids;
using Kontena.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Deploys;

/// <summary>A deploy as its page shows it: of a stack, or of one service.</summary>
/// <param name="Stack">The stack that it belongs to.</param>
/// <param name="Service">Null for a stack deploy.</param>
/// <param name="Parts">The service deploys, in the order in which they began; the waiting ones of a stack deploy are not among them yet.</param>
/// <param name="Waiting">Services of a stack deploy whose turn has not come.</param>
public sealed record DeployDetail(
    int Number, string Stack, string? Service, DeployState State, string? Reason, int Revision, int? FromRevision, string RequestedBy,
    DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, ImmutableArray<DeployPart> Parts, ImmutableArray<string> Waiting)
{
    public bool Open => State is DeployState.Created or DeployState.Ongoing;
}

/// <summary>The deploy of one service.</summary>
public sealed record DeployPart(
    int Number, string Service, DeployState State, string? Reason, int Revision, int? FromRevision, int Count, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt, TimeSpan Watch, ImmutableArray<DeployInstance> Instances, ImmutableArray<int> Removed);

/// <param name="FromNode">The node that it left; null when it stayed or is new.</param>
/// <param name="Why">Why it went to its node.</param>
public sealed record DeployInstance(
    int Number, string Node, string? FromNode, InstanceDeployState State, InstanceDeployStep Step, string? Error, string Why,
    ImmutableArray<NodeRejection> Rejected, DateTimeOffset? StepStartedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt);

/// <summary>Reads a deploy by the number that people call it by.</summary>
internal sealed class ReadDeploy(IDbContextFactory<KontenaDb> databases)
{
    private static readonly TimeSpan DefaultWatch = TimeSpan.FromSeconds(10);

    public async Task<Result<DeployDetail>> HandleAsync(string grid, int number, Actor actor, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var opened = await db.OpenGridAsync(grid, actor, Capability.SeeGrid, "see deploys", cancel);
        if (!opened.Ok)
        {
            return opened.Problem;
        }
        var gridId = opened.Value.Id;
        var of = await db.StackDeploys.AsNoTracking().SingleOrDefaultAsync(d => d.GridId == gridId && d.Number == number, cancel);
        var deploys = await (of is null
            ? db.Deploys.AsNoTracking().Where(d => d.GridId == gridId && d.Number == number)
            : db.Deploys.AsNoTracking().Where(d => d.StackDeployId == of.Id)).OrderBy(d => d.Number).ToListAsync(cancel);
        if (of is null && deploys.Count == 0)
        {
            return Problem.NotFound("deploy", number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        var serviceIds = deploys.Select(d => d.ServiceId).ToList();
        var services = await db.Services.AsNoTracking().Where(s => serviceIds.Contains(s.Id) || of != null && s.StackId == of.StackId).ToDictionaryAsync(s => s.Id, cancel);
        var stackId = of?.StackId ?? services[deploys[0].ServiceId].StackId;
        var stack = await db.Stacks.Where(s => s.Id == stackId).Select(s => s.Name).SingleAsync(cancel);
        var ids = deploys.Select(d => d.Id).ToList();
        var instances = (await db.InstanceDeploys.AsNoTracking().Where(i => ids.Contains(i.DeployId)).ToListAsync(cancel)).ToLookup(i => i.DeployId);
        var nodes = await db.Nodes.Where(n => n.GridId == gridId).ToDictionaryAsync(n => n.Id, n => n.Name, cancel);
        string Node(Guid id) => nodes.GetValueOrDefault(id, "removed node");
        var parts = deploys.Select(d => new DeployPart(
            d.Number, services[d.ServiceId].Name, d.State, d.Reason, d.Revision, d.FromRevision, d.Count, d.CreatedAt, d.StartedAt, d.FinishedAt,
            services[d.ServiceId].Spec.Deploy.Monitor ?? DefaultWatch,
            [
                .. instances[d.Id].OrderBy(i => i.Number).Select(i =>
                {
                    var placement = d.Plan?.Placements.FirstOrDefault(p => p.Number == i.Number);
                    return new DeployInstance(i.Number, Node(i.NodeId), i.FromNodeId is { } from ? Node(from) : null, i.State, i.Step, i.Error, placement?.Why ?? "",
                        placement?.Rejected ?? [], i.StepStartedAt, i.StartedAt, i.FinishedAt);
                }),
            ],
            d.Plan?.Removed ?? [])).ToImmutableArray();
        if (of is null)
        {
            var one = deploys[0];
            return new DeployDetail(number, stack, services[one.ServiceId].Name, one.State, one.Reason, one.Revision, one.FromRevision, one.RequestedBy, one.CreatedAt,
                one.FinishedAt, parts, []);
        }
        var waiting = of.Finished ? [] : services.Values.Where(s => s.StackId == stackId && !serviceIds.Contains(s.Id)).Select(s => s.Name).Order(StringComparer.Ordinal).ToImmutableArray();
        return new DeployDetail(number, stack, null, of.State, of.Reason, of.StackRevision, of.FromStackRevision, of.RequestedBy, of.CreatedAt, of.FinishedAt, parts, waiting);
    }
}
