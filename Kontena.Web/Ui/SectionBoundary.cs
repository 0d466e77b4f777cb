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
        if (What is null)
        {
            builder.OpenComponent<PageTitle>(1);
            builder.AddAttribute(2, nameof(PageTitle.ChildContent), (RenderFragment)(title => title.AddContent(0, "Error · Kontena")));
            builder.CloseComponent();
            builder.OpenComponent<PageHeader>(3);
            builder.AddAttribute(4, nameof(PageHeader.Title), "This page broke");
            builder.CloseComponent();
        }
        builder.OpenComponent<ProblemAlert>(5);
        builder.AddAttribute(6, nameof(ProblemAlert.Message), What is null
            ? "It met an error that nobody expected. What was saved is safe."
            : $"“{What}” met an error that nobody expected. The rest of the page goes on.");
        builder.AddAttribute(7, nameof(ProblemAlert.Number), _number);
        builder.AddAttribute(8, nameof(ProblemAlert.OnRetry), EventCallback.Factory.Create(this, Recover));
        builder.CloseComponent();
    }

    [LoggerMessage(LogLevel.Error, "{Section} broke, error {Number}")]
    private partial void SectionBroke(Exception cause, string section, string number);
}
