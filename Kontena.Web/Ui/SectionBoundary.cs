using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.AspNetCore.Components.Web;

namespace Kontena.Web.Ui;

/// <summary>A part of a page that may break without taking the page along: it says so, with a number to quote, and offers to try again.</summary>
public sealed partial class SectionBoundary(ILogger<SectionBoundary> logger, TimeProvider time) : ErrorBoundaryBase
{
    private string _number = "";

    /// <summary>The name of the part; null for the page itself.</summary>
    [Parameter] public string? What { get; set; }

    protected override Task OnErrorAsync(Exception exception)
    {
        _number = ErrorNumber.New(time);
        SectionBroke(exception, What ?? "page", _number);
        return Task.CompletedTask;
    }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        if (CurrentException is null)
        {
            builder.AddContent(0, ChildContent);
            return;
        }
        builder.OpenComponent<ProblemAlert>(1);
        builder.AddAttribute(2, nameof(ProblemAlert.Message), What is null
            ? "This page met an error that nobody expected. Nothing was changed by showing it."
            : $"“{What}” met an error that nobody expected. The rest of the page goes on.");
        builder.AddAttribute(3, nameof(ProblemAlert.Number), _number);
        builder.AddAttribute(4, nameof(ProblemAlert.OnRetry), EventCallback.Factory.Create(this, Recover));
        builder.CloseComponent();
    }

    [LoggerMessage(LogLevel.Error, "{Section} broke, error {Number}")]
    private partial void SectionBroke(Exception cause, string section, string number);
}
