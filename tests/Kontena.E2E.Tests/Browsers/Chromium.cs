using Kontena.TestKit;
using Microsoft.Playwright;
using Xunit;

namespace Kontena.E2E.Tests.Browsers;

/// <summary>The machine's Chromium, one process for all tests of the assembly. Each test opens windows of its own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>No sandbox: as root in a container there is none. Everything else keeps the browser from calling home.</summary>
    private static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    ];

    private readonly SemaphoreSlim _gate = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    private static string? Executable { get; } = new[]
    {
        Environment.GetEnvironmentVariable("KONTENA_CHROMIUM"), "/usr/bin/chromium", "/usr/bin/google-chrome",
        "/usr/bin/chromium-browser",
    }.FirstOrDefault(File.Exists);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A window without cookies of any other. Skips or fails the running test where there is no Chromium.</summary>
    public async Task<Window> OpenAsync(Uri address, Look look, CancellationToken cancel)
    {
        Requirement.Check(
            Requirement.Browser,
            Executable is null ? "no Chromium; on Debian: apt-get install chromium, elsewhere set KONTENA_CHROMIUM" : null);
        await _gate.WaitAsync(cancel);
        try
        {
            _playwright ??= await Playwright.CreateAsync();
            _browser ??= await _playwright.Chromium.LaunchAsync(
                new BrowserTypeLaunchOptions { ExecutablePath = Executable, Args = Flags, ChromiumSandbox = false });
        }
        finally
        {
            _gate.Release();
        }
        return await Window.OpenAsync(_browser, address, look);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
        _playwright?.Dispose();
        _gate.Dispose();
    }
}
