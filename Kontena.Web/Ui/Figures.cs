using Microsoft.AspNetCore.Components;

namespace Kontena.Web.Ui;

/// <summary>Shows figures that grow old by themselves: reads them from memory every few seconds and paints when there are newer ones.</summary>
/// <remarks>Figures do not come with the changes of a grid, so a page of figures would otherwise stand still.</remarks>
public abstract class Figures<T> : ComponentBase, IDisposable
    where T : class
{
    private DateTimeOffset? _at;

    [Inject] private Ticker Ticker { get; set; } = null!;

    /// <summary>Null when nothing was heard for a while.</summary>
    protected T? Latest { get; private set; }

    protected abstract T? Read();

    /// <summary>When the figures were taken.</summary>
    protected abstract DateTimeOffset At(T figures);

    protected override void OnInitialized() => Ticker.Ticked += Tick;

    protected override void OnParametersSet() => Take(Read());

    private void Tick() => _ = InvokeAsync(() =>
    {
        var before = _at;
        Take(Read());
        if (_at != before)
        {
            StateHasChanged();
        }
    });

    private void Take(T? figures) => (Latest, _at) = (figures, figures is null ? null : At(figures));

    public virtual void Dispose()
    {
        Ticker.Ticked -= Tick;
        GC.SuppressFinalize(this);
    }
}
