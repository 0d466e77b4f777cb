using Kontena.Core.Protocol;
using Kontena.Web.Data;
using Kontena.Web.Deploys;
using Kontena.Web.Nodes;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Agents;

/// <summary>Takes what an agent says of its host, and that it is alive.</summary>
internal sealed class RecordNode(IDbContextFactory<KontenaDb> databases, ChangeFeed changes, DeployWake deploys, TimeProvider time)
{
    private const int MostContainers = 5_000;

    public async Task HandleAsync(Guid node, NodeFacts facts, CancellationToken cancel)
    {
        var kept = facts with
        {
            EngineVersion = Cut(facts.EngineVersion, 64) ?? "unknown",
            OperatingSystem = Cut(facts.OperatingSystem, 128),
            Kernel = Cut(facts.Kernel, 128),
            Architecture = Cut(facts.Architecture, 32),
            PrivateAddress = Cut(facts.PrivateAddress, 45),
            VolumeDrivers = facts.VolumeDrivers.IsDefault ? [] : [.. facts.VolumeDrivers.Take(64)],
            Containers = facts.Containers.IsDefault ? [] : [.. facts.Containers.Take(MostContainers)],
            ForeignPorts = facts.ForeignPorts.IsDefault ? [] : [.. facts.ForeignPorts.Take(MostContainers)],
        };
        while (true)
        {
            await using var db = await databases.CreateDbContextAsync(cancel);
            if (await db.Nodes.SingleOrDefaultAsync(n => n.Id == node, cancel) is not { } entity)
            {
                return; // removed
            }
            var first = entity.Facts is null;
            entity.Report(kept, time.GetUtcNow());
            if (await db.SaveAsync($"node {entity.Name}", cancel) is null)
            {
                changes.Publish(entity.GridId);
                if (first)
                {
                    deploys.Wake();
                }
                return;
            }
        }
    }

    public async Task BeatAsync(Guid node, Heartbeat beat, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var (now, problem) = (time.GetUtcNow(), Cut(beat.EngineProblem, 500));
        var grid = await db.Nodes.Where(n => n.Id == node).Select(n => new { n.GridId, n.EngineProblem, n.OrdersGeneration }).SingleOrDefaultAsync(cancel);
        if (grid is null)
        {
            return;
        }
        await db.Nodes.Where(n => n.Id == node).ExecuteUpdateAsync(
            n => n.SetProperty(x => x.LastSeenAt, now).SetProperty(x => x.EngineProblem, problem), cancel);
        if (grid.EngineProblem != problem)
        {
            changes.Publish(grid.GridId);
        }
    }

    private static string? Cut(string? text, int length) => text?.Length > length ? text[..length] : text;
}
