using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Kontena.Web.Ui;

/// <summary>How long ago something was; grows by itself and repaints only when its words change.</summary>
public sealed class RelativeTime(Ticker ticker) : ComponentBase, IDisposable
{
    private string _words = "";

    [Parameter, EditorRequired] public DateTimeOffset At { get; set; }

    /// <summary><c>4:50</c> and <c>112 d</c> instead of <c>4 min</c> and <c>112 days</c>, for a column of figures.</summary>
    [Parameter] public bool Short { get; set; }

    /// <summary>"ago" after the words, inside a sentence.</summary>
    [Parameter] public bool InSentence { get; set; }

    protected override void OnInitialized() => ticker.Ticked += Tick;

    protected override void OnParametersSet() => _words = Words();

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "time");
        builder.AddAttribute(1, "datetime", At.ToString("O", CultureInfo.InvariantCulture));
        builder.AddAttribute(2, "title", Ago.Full(At));
        builder.AddAttribute(3, "class", "k-nowrap");
        builder.AddContent(4, _words);
        builder.CloseElement();
    }

    private string Words()
    {
        var span = ticker.Time.GetUtcNow() - At;
        var words = Short ? Ago.Short(span) : Ago.Duration(span);
        return !InSentence ? words : words == "now" ? "just now" : words + " ago";
    }

    private void Tick()
    {
        var words = Words();
        if (words != _words)
        {
            _words = words;
            _ = InvokeAsync(StateHasChanged);
        }
    }

    public void Dispose() => ticker.Ticked -= Tick;
}
