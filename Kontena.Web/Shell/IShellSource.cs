using System.Security.Claims;
using Kontena.Web.Ui;

namespace Kontena.Web.Shell;

/// <summary>What the frame of every page shows; read from the database by whoever owns that.</summary>
public interface IShellSource
{
    /// <param name="user">Sees only the grids that they may see.</param>
    /// <param name="grid">The grid of the present page as the address names it, so not to be trusted; null on pages of no grid.</param>
    Task<ShellView> ReadAsync(ClaimsPrincipal user, string? grid, CancellationToken cancel);

    /// <summary>Calls back, on any thread, when <see cref="ReadAsync"/> may answer differently. May call often; the frame repaints at most twice a second.</summary>
    IDisposable Watch(string? grid, Action changed);
}

/// <param name="Grids">By name; empty when the user may see none.</param>
/// <param name="Counts">Of the grid that was asked for; null when there is none or the user may not see it.</param>
public sealed record ShellView(ShellAccount Account, IReadOnlyList<ShellGrid> Grids, ShellCounts? Counts);

/// <param name="Role">In words, in the present grid: "Administrator", "User", "Viewer".</param>
public sealed record ShellAccount(string Name, string Role);

public sealed record ShellGrid(string Name, int NodesConnected, int Nodes);

/// <summary>What the rail shows beside its entries.</summary>
/// <param name="Activity">Deploys that run now; their worst state is <see cref="CellState.Settling"/> or <see cref="CellState.Starting"/>.</param>
public sealed record ShellCounts(ShellCount Stacks, ShellCount Services, ShellCount Nodes, ShellCount Volumes, ShellCount Activity);

/// <param name="Total">How many there are.</param>
/// <param name="Worst">The worst state among them; null when all is as wanted.</param>
/// <param name="Affected">How many are not as wanted; shown with the cell of <paramref name="Worst"/> instead of the total.</param>
public sealed record ShellCount(int Total, CellState? Worst = null, int Affected = 0);
