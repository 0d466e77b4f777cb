using Kontena.Core.Problems;
using Kontena.Web.Data;
using Kontena.Web.Identity;
using Kontena.Web.Ui;
using Microsoft.AspNetCore.Components;

namespace Kontena.Web.Grids;

/// <summary>A page about a grid: it has the shared picture, looks again when something changed, and repaints at most twice a second.</summary>
/// <remarks>Derive, read <see cref="View"/>; override <see cref="LoadAsync"/> for what the picture does not hold.</remarks>
public abstract partial class GridPage : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private ITimer? _settling;
    private Throttle? _repaint;
    private ChangeFeed.Subscription? _changes;
    private Task _pump = Task.CompletedTask;

    [Parameter] public string Grid { get; set; } = "";

    /// <summary>Null before the first load, and when there is no such grid for this person.</summary>
    protected GridView? View { get; private set; }

    /// <summary>The first load is over: a null <see cref="View"/> means "not found".</summary>
    protected bool Loaded { get; private set; }

    /// <summary>Why the page cannot be up to date; null when it is.</summary>
    protected Problem? LoadProblem { get; private set; }

    /// <summary>Ends when the page goes.</summary>
    protected CancellationToken Leaving => _leaving.Token;

    [Inject] private GridViews Views { get; set; } = null!;

    [Inject] private CurrentActor Current { get; set; } = null!;

    [Inject] private ChangeFeed Changes { get; set; } = null!;

    [Inject] private TimeProvider Clock { get; set; } = null!;

    [Inject] private ILogger<GridPage> Logger { get; set; } = null!;

    /// <summary>The person in front of the page, with the rights of this moment.</summary>
    private protected Task<Actor> ActorAsync() => Current.GetAsync(Leaving);

    /// <summary>Whether the person may do something here, for showing or explaining a control. The use case checks again.</summary>
    private protected async Task<bool> MayAsync(Capability capability) => View is not null && (await ActorAsync()).May(capability, View.Id);

    /// <summary>Reads what the picture does not hold. Called after each look at the grid, at most twice a second.</summary>
    protected virtual Task LoadAsync(CancellationToken cancel) => Task.CompletedTask;

    protected override async Task OnParametersSetAsync() => await LookAsync(Leaving);

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _repaint = new Throttle(Throttle.Repaint, Clock, LookAndPaintAsync, LookFailed);
            _changes = Changes.Subscribe(null);
            _pump = PumpAsync(_leaving.Token);
        }
    }

    /// <summary>Looks again soon.</summary>
    protected void Refresh() => _repaint?.Poke();

    public virtual async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        _changes?.Dispose();
        if (_settling is not null)
        {
            await _settling.DisposeAsync();
        }
        if (_repaint is not null)
        {
            await _repaint.DisposeAsync();
        }
        await _pump;
        _leaving.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task LookAndPaintAsync(CancellationToken cancel)
    {
        await LookAsync(cancel);
        await InvokeAsync(StateHasChanged);
    }

    private async Task LookAsync(CancellationToken cancel)
    {
        var actor = await Current.GetAsync(cancel);
        View = await Views.ReadAsync(Grid, actor, cancel);
        if (View is not null)
        {
            await LoadAsync(cancel);
            if (View.Services.Any(s => s.Instances.Any(i => i.Cell is CellState.Settling)))
            {
                _settling ??= Clock.CreateTimer(_ => Refresh(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _settling.Change(Tick, Timeout.InfiniteTimeSpan); // a watch window fills without anybody writing
            }
        }
        (Loaded, LoadProblem) = (true, null);
    }

    private void LookFailed(Exception cause)
    {
        ReadFailed(Logger, cause, Grid);
        LoadProblem = Problem.Unavailable("read", "The master could not read its database just now. What you see may be out of date; it tries again by itself.");
        _ = InvokeAsync(StateHasChanged);
        Refresh();
    }

    private async Task PumpAsync(CancellationToken leaving)
    {
        try
        {
            while (true)
            {
                await _changes!.WaitAsync(leaving);
                _repaint!.Poke();
            }
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            // The operator went elsewhere.
        }
    }

    [LoggerMessage(LogLevel.Error, "A page could not read grid {Grid}")]
    private static partial void ReadFailed(ILogger logger, Exception cause, string grid);
}
