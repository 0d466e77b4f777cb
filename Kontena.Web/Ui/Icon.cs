using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Kontena.Web.Ui;

/// <summary>An icon of <see cref="Glyphs"/> beside a word, hidden from screen readers.</summary>
public sealed class Icon : ComponentBase
{
    [Parameter, EditorRequired] public string Glyph { get; set; } = "";

    [Parameter] public string? Class { get; set; }

    protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddMarkupContent(0,
        $"""<svg class="k-icon {Class}" viewBox="0 0 24 24" aria-hidden="true">{Glyph}</svg>""");
}
