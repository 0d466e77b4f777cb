using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Kontena.Web.Ui;

/// <summary>An image reference that breaks where its parts meet: after a slash, before the tag or digest.</summary>
public sealed class ImageName : ComponentBase
{
    [Parameter, EditorRequired] public string Image { get; set; } = "";

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "span");
        builder.AddAttribute(1, "class", "k-mono k-breaks");
        var from = 0;
        for (var i = 1; i < Image.Length; i++)
        {
            if (Image[i - 1] == '/' || Image[i] is ':' or '@')
            {
                builder.AddContent(2, Image[from..i]);
                builder.AddMarkupContent(3, "<wbr>");
                from = i;
            }
        }
        builder.AddContent(4, Image[from..]);
        builder.CloseElement();
    }
}
