using Bunit;
using Kontena.Web.Ui;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;
using Xunit;

namespace Kontena.Web.Tests.Ui;

public sealed class ConfirmDialogTests : BunitContext
{
    private readonly IRenderedComponent<MudDialogProvider> _provider;
    private readonly IDialogService _dialogs;

    public ConfirmDialogTests()
    {
        Services.AddMudServices();
        JSInterop.Mode = JSRuntimeMode.Loose;
        Render<MudPopoverProvider>();
        _provider = Render<MudDialogProvider>();
        _dialogs = Services.GetRequiredService<IDialogService>();
    }

    [Fact]
    public async Task The_irreversible_needs_the_name_typed()
    {
        var answer = await AskAsync(new("Delete volume data-1?", "Delete 14 GB", "14 GB are erased.") { TypedName = "data-1", Keep = "Keep it" });
        Assert.True(Button("Delete 14 GB").HasAttribute("disabled"));

        _provider.Find("input").Input("data-2");
        Assert.True(Button("Delete 14 GB").HasAttribute("disabled"));
        _provider.Find("input").Input("data-1");
        Button("Delete 14 GB").Click();

        Assert.Equal(ConfirmationAnswer.Act, await answer.WaitAsync(TimeSpan.FromSeconds(10), Xunit.TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_disruptive_lists_what_will_happen_and_can_be_left()
    {
        var answer = await AskAsync(new("Stop shop/web?", "Stop 3 instances", "3 instances stop.", "Volume db with 14 GB stays."));
        Assert.Equal(["3 instances stop.", "Volume db with 14 GB stays."], _provider.FindAll(".mud-dialog-content p").Select(p => p.TextContent));

        Button("Cancel").Click();

        Assert.Equal(ConfirmationAnswer.Keep, await answer.WaitAsync(TimeSpan.FromSeconds(10), Xunit.TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_safer_way_is_the_primary_one_and_never_the_act_that_destroys()
    {
        await AskAsync(new("Delete?", "Delete") { Safer = "Back up first", Destroys = true });

        Assert.Contains("k-button-primary", Button("Back up first").ClassName, StringComparison.Ordinal);
        Assert.Contains("k-button-crit", Button("Delete").ClassName, StringComparison.Ordinal);
    }

    private async Task<Task<ConfirmationAnswer>> AskAsync(Confirmation confirmation)
    {
        var answer = Task.FromResult(ConfirmationAnswer.Keep);
        await _provider.InvokeAsync(() => { answer = _dialogs.AskAsync(confirmation); }); // not awaited: it ends with the answer
        _provider.WaitForElement(".mud-dialog");
        return answer;
    }

    private AngleSharp.Dom.IElement Button(string text) => _provider.FindAll("button").Single(button => button.TextContent.Trim() == text);
}
