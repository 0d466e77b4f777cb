using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Kontena.TestKit;
using Microsoft.Playwright;
using Xunit;

namespace Kontena.E2E.Tests.Browsers;

/// <summary>One browser window on one master. It takes down what a page must never do and reports it at the end.</summary>
public sealed class Window : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _faults = [];
    private readonly Uri _address;

    private Window(IBrowserContext context, IPage page, Uri address, Look look)
    {
        (_context, Page, _address, Look) = (context, page, address, look);
        page.PageError += (_, error) => Keep($"script error: {error}");
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                Keep($"console: {message.Text}");
            }
        };
        page.Request += (_, request) =>
        {
            // Closed networks: everything comes from the master itself.
            if (Uri.TryCreate(request.Url, UriKind.Absolute, out var target)
                && target.Scheme is "http" or "https" or "ws" or "wss" && target.Authority != address.Authority)
            {
                Keep($"asked another host: {request.Url}");
            }
        };
    }

    public IPage Page { get; }

    public Look Look { get; }

    /// <summary>What went wrong in the browser so far: script errors, console errors, requests to other hosts.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_faults)
            {
                return [.. _faults];
            }
        }
    }

    internal static async Task<Window> OpenAsync(IBrowser browser, Uri address, Look look)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.ToString(),
            ColorScheme = look.Theme,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new ViewportSize { Width = look.Width, Height = look.Height },
            Locale = "en-GB",
            TimezoneId = "UTC",
        });
        context.SetDefaultTimeout(20_000);
        return new Window(context, await context.NewPageAsync(), address, look);
    }

    /// <summary>Opens a page without a circuit: setup, sign-in.</summary>
    public Task GoToStaticAsync(string path) => Page.GotoAsync(path);

    /// <summary>Opens a page and waits for its circuit: a prerendered page loses clicks before.</summary>
    public async Task GoToAsync(string path)
    {
        await Page.GotoAsync(path);
        await UntilInteractiveAsync();
    }

    public Task UntilInteractiveAsync() => Page.Locator("main[data-interactive]").WaitForAsync();

    /// <summary>The same person at another size, without another sign-in.</summary>
    public Task ResizeAsync(Look look) => Page.SetViewportSizeAsync(look.Width, look.Height);

    /// <summary>axe finds nothing on the page as it stands.</summary>
    public async Task IsAccessibleAsync(string page)
    {
        var result = await Page.RunAxe();
        Assert.True(
            result.Violations.Length == 0,
            $"{page} ({Look}) has accessibility violations:{Environment.NewLine}"
            + string.Join(Environment.NewLine, result.Violations.Select(Describe)));
    }

    /// <summary>Nothing hangs over the right edge: a phone never scrolls sideways.</summary>
    public async Task FitsItsWidthAsync(string page)
    {
        var overhang = await Page.EvaluateAsync<int>(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(overhang <= 0, $"{page} ({Look}) is {overhang} pixels too wide.");
    }

    /// <summary>A picture for docs/screenshots, made only when <c>KONTENA_SCREENSHOTS</c> is set, since it changes the repository.</summary>
    public async Task PictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("KONTENA_SCREENSHOTS") is not { Length: > 0 })
        {
            return;
        }
        await Page.ScreenshotAsync(new PageScreenshotOptions
        {
            Path = RepositoryRoot.At("docs", "screenshots", $"{name}-{Look.Name}.png"),
            Animations = ScreenshotAnimations.Disabled,
            Caret = ScreenshotCaret.Hide,
        });
    }

    public void HadNoFaults() => Assert.Empty(Faults);

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    public override string ToString() => $"{_address} ({Look})";

    private static string Describe(AxeResultItem violation) =>
        $"  {violation.Id} ({violation.Impact}): {violation.Help}"
        + string.Concat(violation.Nodes.Take(5).Select(node => $"{Environment.NewLine}    {node.Html}"));

    private void Keep(string fault)
    {
        lock (_faults)
        {
            _faults.Add(fault);
        }
    }
}
