using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Kontena.Web.Ui;

/// <summary>One cell is one instance.</summary>
public sealed class InstanceCell : ComponentBase
{
    private (CellState, CellSize, double, string?, int?) _drawn;
    private bool _changed = true;

    [Parameter, EditorRequired] public CellState State { get; set; }

    [Parameter] public CellSize Size { get; set; } = CellSize.Strip;

    /// <summary>Share of the watch window that has passed, 0–1.</summary>
    [Parameter] public double Watched { get; set; } = 1;

    /// <summary>Null when words beside the cell say the same.</summary>
    [Parameter] public string? Label { get; set; }

    /// <summary>Shown inside a cell of a map.</summary>
    [Parameter] public int? Number { get; set; }

    protected override void OnParametersSet()
    {
        var now = (State, Size, Watched, Label, Number);
        (_changed, _drawn) = (_changed || now != _drawn, now);
    }

    protected override bool ShouldRender() => _changed;

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.AddMarkupContent(0, CellSvg.Draw(State, Size, Watched, Label, Number));
        _changed = false;
    }
}
