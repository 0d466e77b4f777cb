using MudBlazor;

namespace Kontena.Web.Ui;

/// <summary>
/// A question before an act that disrupts (grade 2) or destroys (grade 3). What can be taken back asks nothing and offers Undo
/// afterwards (<see cref="Toasts.Undoable"/>).
/// </summary>
/// <param name="Question">With the object's name: "Stop shop/web?"</param>
/// <param name="Act">The button: "Stop 3 instances".</param>
/// <param name="Consequences">With names and numbers, one sentence each: "3 instances stop." "Volume db with 14 GB stays."</param>
public sealed record Confirmation(string Question, string Act, params IReadOnlyList<string> Consequences)
{
    /// <summary>The way out: "Keep it".</summary>
    public string Keep { get; init; } = "Cancel";

    /// <summary>Grade 3: what must be typed before the act can be chosen; null for grade 2.</summary>
    public string? TypedName { get; init; }

    /// <summary>A safer way to get what is wanted, offered as the primary button; null when there is none.</summary>
    public string? Safer { get; init; }

    /// <summary>Takes something away, so the button is outlined red.</summary>
    public bool Destroys { get; init; }
}

public enum ConfirmationAnswer
{
    Keep,
    Safer,
    Act,
}

public static class Confirmations
{
    /// <summary>Whether the act was chosen.</summary>
    public static async Task<bool> ConfirmAsync(this IDialogService dialogs, Confirmation confirmation) =>
        await dialogs.AskAsync(confirmation) is ConfirmationAnswer.Act;

    public static async Task<ConfirmationAnswer> AskAsync(this IDialogService dialogs, Confirmation confirmation)
    {
        var parameters = new DialogParameters<ConfirmDialog> { { dialog => dialog.Confirmation, confirmation } };
        var options = new DialogOptions { CloseOnEscapeKey = true, MaxWidth = MaxWidth.Small, FullWidth = true, CloseButton = false };
        var dialog = await dialogs.ShowAsync<ConfirmDialog>(confirmation.Question, parameters, options);
        var answer = await dialog.Result;
        return answer is { Canceled: false, Data: ConfirmationAnswer chosen } ? chosen : ConfirmationAnswer.Keep;
    }
}
