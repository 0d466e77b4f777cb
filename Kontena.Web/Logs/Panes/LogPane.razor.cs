using Kontena.Web.Ui;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Kontena.Web.Logs.Panes;

/// <summary>The live log of a service or of one of its instances, with what is stored of it. A new target may be given at any time.</summary>
public sealed partial class LogPane(IJSRuntime browser, ILogger<LogPane> logger) : IDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private string? _problem;

    [Parameter, EditorRequired] public required string Grid { get; set; }

    [Parameter, EditorRequired] public required string Stack { get; set; }

    [Parameter, EditorRequired] public required string Service { get; set; }

    /// <summary>Which instance; null merges all of them.</summary>
    [Parameter] public int? Number { get; set; }

    /// <summary>Any CSS length; <c>100%</c> fills a container of known height.</summary>
    [Parameter] public string Height { get; set; } = "560px";

    [Parameter] public string Heading { get; set; } = "Live logs";

    /// <summary>For a page that shows more than the log: no search bar, and nothing is kept in the address.</summary>
    [Parameter] public bool Compact { get; set; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _problem = await browser.DefineAsync(Assets["js/logs.js"], logger, _leaving.Token);
            if (_problem is not null)
            {
                StateHasChanged();
            }
        }
    }

    public void Dispose()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }
}
