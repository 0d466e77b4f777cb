using Kontena.Web.Ui;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Kontena.Web.Stats.Panes;

/// <summary>Live charts of what the instances of a service use. The window of time stands in the address as <c>window</c>.</summary>
public sealed partial class StatPane(IJSRuntime browser, ILogger<StatPane> logger) : IDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private string? _problem;

    [Parameter, EditorRequired] public required string Grid { get; set; }

    [Parameter, EditorRequired] public required string Stack { get; set; }

    [Parameter, EditorRequired] public required string Service { get; set; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _problem = await browser.DefineAsync(Assets["js/chart.js"], logger, _leaving.Token);
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
