using Kontena.Core.Problems;
using MudBlazor;

namespace Kontena.Web.Ui;

/// <summary>The short notes at the lower right. One line; a refusal stays until it is dismissed.</summary>
public static class Toasts
{
    /// <summary>What came of an act: <paramref name="done"/> when it was done, else why it was refused.</summary>
    /// <returns>Whether it was done.</returns>
    public static bool Show<T>(this ISnackbar snackbar, Result<T> result, string done)
        where T : notnull
    {
        if (result.Ok)
        {
            snackbar.Tell(done);
        }
        else
        {
            snackbar.Refuse(result.Problem);
        }
        return result.Ok;
    }

    /// <inheritdoc cref="Show{T}(ISnackbar, Result{T}, string)"/>
    public static bool Show<T>(this ISnackbar snackbar, Result<T> result, Func<T, string> done)
        where T : notnull => snackbar.Show(result, result.Ok ? done(result.Value) : "");

    public static void Tell(this ISnackbar snackbar, string words) => snackbar.Add(words, Severity.Normal);

    public static void Refuse(this ISnackbar snackbar, Problem problem) => snackbar.Add(problem.Message, Severity.Error, options =>
    {
        options.RequireInteraction = true;
        options.ShowCloseIcon = true;
    });

    /// <summary>For what can be taken back: no question before, an Undo after.</summary>
    public static void Undoable(this ISnackbar snackbar, string words, Func<Task> undo) => snackbar.Add(words, Severity.Normal, options =>
    {
        options.Action = "Undo";
        options.ActionVariant = Variant.Text;
        options.OnClick = _ => undo();
        options.VisibleStateDuration = 8_000;
    });
}
