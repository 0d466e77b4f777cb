using Kontena.Web.Ui;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Routing;

namespace Kontena.Web.Shell;

/// <summary>The frame around every page of a grid: rail, strip, tabs on a phone; shows counts and repaints them as they change.</summary>
public sealed partial class MainLayout(IShellSource source, Announcer announcer, NavigationManager navigation, TimeProvider time,
    ILogger<MainLayout> logger) : IAsyncDisposable
{
    /// <summary>The section that <see cref="Crumbs"/> fills.</summary>
    public const string CrumbsSection = "crumbs";

    private static readonly Entry[] Entries =
    [
        new("Overview", "", Glyphs.LayoutDashboard, _ => null),
        new("Stacks", "stacks", Glyphs.Stack2, counts => counts.Stacks),
        new("Services", "services", Glyphs.Box, counts => counts.Services),
        new("Nodes", "nodes", Glyphs.Server2, counts => counts.Nodes),
        new("Volumes", "volumes", Glyphs.Database, counts => counts.Volumes),
        new("Activity", "activity", Glyphs.Activity, counts => counts.Activity),
    ];

    private ShellPlace _place = new(null, "");
    private ShellView? _view;
    private SectionBoundary? _boundary;
    private IDisposable? _watch;
    private Throttle? _repaint;

    private sealed record Entry(string Text, string Section, string Glyph, Func<ShellCounts, ShellCount?> Count);

    [CascadingParameter(Name = "ThemeChoice")] public ThemeChoice Choice { get; set; }

    [CascadingParameter] private Task<AuthenticationState>? Authentication { get; set; }

    private Announcer Announcer => announcer;

    private string SkipHref => new Uri(navigation.Uri).PathAndQuery + "#content"; // a bare #content would follow the base address

    private string GridWords => _view?.Grids.FirstOrDefault(grid => grid.Name == _place.Grid) is { } grid
        ? $"Grid, {grid.NodesConnected} of {grid.Nodes} connected" : "Grid";

    /// <summary>The mark in the tab: its cell has the colour of the worst that is wrong in this grid.</summary>
    private string Favicon => _view?.Counts is { } counts
        ? new[] { counts.Services, counts.Nodes, counts.Volumes }.Select(count => count.Worst?.Intent()).ToList() switch
        {
            var worst when worst.Contains(Intent.Crit) => "img/favicon-crit.svg",
            var worst when worst.Contains(Intent.Warn) || worst.Contains(Intent.Unknown) => "img/favicon-warn.svg",
            _ => "img/favicon.svg",
        }
        : "img/favicon.svg";

    protected override async Task OnInitializedAsync()
    {
        _place = Here();
        navigation.LocationChanged += Moved;
        announcer.Changed += Announced;
        if (RendererInfo.IsInteractive)
        {
            _repaint = new Throttle(Throttle.Repaint, time, ReloadAsync, ReadFailed);
            _watch = source.Watch(_place.Grid, _repaint.Poke);
        }
        await ReadAsync(CancellationToken.None);
    }

    protected override void OnParametersSet() => _boundary?.Recover(); // another page deserves another try

    private ShellPlace Here() => ShellPlace.Of(navigation.ToBaseRelativePath(navigation.Uri));

    private async Task ReadAsync(CancellationToken cancel)
    {
        if (Authentication is not null && (await Authentication).User is { Identity.IsAuthenticated: true } user)
        {
            _view = await source.ReadAsync(user, _place.Grid, cancel);
        }
    }

    private async Task ReloadAsync(CancellationToken cancel)
    {
        await InvokeAsync(async () =>
        {
            var before = _view;
            await ReadAsync(cancel);
            if (before is null || _view is null || !Same(before, _view))
            {
                StateHasChanged();
            }
        });
    }

    private static bool Same(ShellView a, ShellView b) => a.Account == b.Account && a.Counts == b.Counts && a.Grids.SequenceEqual(b.Grids);

    private void Moved(object? sender, LocationChangedEventArgs e)
    {
        var before = _place;
        _place = Here();
        if (before.Grid != _place.Grid && _repaint is not null)
        {
            _watch?.Dispose();
            _watch = source.Watch(_place.Grid, _repaint.Poke);
            _repaint.Poke();
        }
        _ = InvokeAsync(StateHasChanged);
    }

    private void Announced() => _ = InvokeAsync(StateHasChanged);

    [LoggerMessage(LogLevel.Warning, "The counts of the rail could not be read")]
    private partial void ReadFailed(Exception cause);

    public async ValueTask DisposeAsync()
    {
        navigation.LocationChanged -= Moved;
        announcer.Changed -= Announced;
        _watch?.Dispose();
        if (_repaint is not null)
        {
            await _repaint.DisposeAsync();
        }
    }
}
