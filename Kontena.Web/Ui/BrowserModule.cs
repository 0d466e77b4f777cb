using Microsoft.JSInterop;

namespace Kontena.Web.Ui;

/// <summary>Loads ES modules that define elements of their own. Such an element lives by itself from then on, circuit or not.</summary>
public static partial class BrowserModule
{
    /// <summary>Loads the module at this address (as <c>Assets["js/NAME.js"]</c> gives it).</summary>
    /// <returns>Null, or what to tell the reader when the browser could not load it.</returns>
    public static async Task<string?> DefineAsync(this IJSRuntime browser, string address, ILogger logger, CancellationToken leaving)
    {
        try
        {
            await using var module = await browser.InvokeAsync<IJSObjectReference>("import", leaving, $"./{address}");
        }
        catch (JSDisconnectedException) { /* The page is gone, and its elements with it. */ }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested) { /* The reader went elsewhere. */ }
        catch (JSException e)
        {
            ModuleFailed(logger, e, address);
            return "This part of the page could not be loaded. Check the connection to the master and reload the page.";
        }
        return null;
    }

    [LoggerMessage(LogLevel.Warning, "The browser could not load the module {Address}")]
    private static partial void ModuleFailed(ILogger logger, Exception cause, string address);
}
