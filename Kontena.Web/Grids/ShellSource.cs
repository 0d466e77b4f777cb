using System.Security.Claims;
using Kontena.Web.Data;
using Kontena.Web.Identity;
using Kontena.Web.Shell;
using Kontena.Web.Ui;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Grids;

/// <summary>What the frame of every page shows, from the shared pictures of the grids.</summary>
internal sealed class ShellSource(IDbContextFactory<KontenaDb> databases, GridViews views, ActorSource actors, ChangeFeed changes) : IShellSource
{
    public async Task<ShellView> ReadAsync(ClaimsPrincipal user, string? grid, CancellationToken cancel)
    {
        var actor = await actors.OfAsync(user, cancel);
        await using var db = await databases.CreateDbContextAsync(cancel);
        var grids = (await db.Grids.OrderBy(g => g.Name).Select(g => new
        {
            g.Id,
            g.Name,
            Nodes = db.Nodes.Count(n => n.GridId == g.Id),
            Connected = db.Nodes.Count(n => n.GridId == g.Id && n.Session != null),
        }).ToListAsync(cancel)).Where(g => actor.May(Capability.SeeGrid, g.Id)).ToList();
        var here = grids.Find(g => g.Name == grid);
        return new ShellView(
            new ShellAccount(actor.Name, Role(actor, here?.Id)),
            [.. grids.Select(g => new ShellGrid(g.Name, g.Connected, g.Nodes))],
            here is null ? null : Counts(await views.ReadAsync(here.Id, cancel)));
    }

    public IDisposable Watch(string? grid, Action changed) => new Watcher(changes.Subscribe(null), changed);

    private static string Role(Actor actor, Guid? grid) => actor switch
    {
        { MasterAdministrator: true } => "Administrator",
        _ when grid is { } id && actor.Roles.TryGetValue(id, out var role) => role.ToString(),
        _ => "No grid",
    };

    private static ShellCounts Counts(GridView view) => new(
        new ShellCount(view.Stacks.Length),
        Of(view.Services.Select(s => s.Worst)),
        Of(view.Nodes.Select(n => n.Cell)),
        new ShellCount(view.Volumes.Length, view.Volumes.Any(v => v.State == "Missing") ? CellState.Missing : null, view.Volumes.Count(v => v.State == "Missing")),
        new ShellCount(0, view.StackDeploys.Any(d => d.Open) || view.Deploys.Any(d => d.Open) ? CellState.Settling : null,
            view.StackDeploys.Count(d => d.Open) + view.Deploys.Count(d => d.Open && d.StackDeployId is null)));

    private static ShellCount Of(IEnumerable<CellState> states)
    {
        var all = states.ToList();
        var bad = all.Where(s => s.Intent() is Intent.Crit or Intent.Warn or Intent.Unknown).ToList();
        return new ShellCount(all.Count, bad.Worst(), bad.Count);
    }

    private sealed class Watcher : IDisposable
    {
        private readonly CancellationTokenSource _leaving = new();
        private readonly ChangeFeed.Subscription _subscription;
        private readonly Task _pump;

        public Watcher(ChangeFeed.Subscription subscription, Action changed)
        {
            _subscription = subscription;
            _pump = PumpAsync(changed, _leaving.Token);
        }

        public void Dispose()
        {
            _leaving.Cancel();
            _subscription.Dispose();
            _pump.ContinueWith(_ => _leaving.Dispose(), TaskScheduler.Default);
        }

        private async Task PumpAsync(Action changed, CancellationToken leaving)
        {
            try
            {
                while (true)
                {
                    await _subscription.WaitAsync(leaving);
                    changed();
                }
            }
            catch (OperationCanceledException) when (leaving.IsCancellationRequested)
            {
                // The page is gone.
            }
        }
    }
}
