using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;
using Xunit.Sdk;

namespace Kontena.E2E.Tests.Browsers;

/// <summary>The checks that all browser tests rest on do find what they are for.</summary>
public sealed class WindowTests(Chromium chromium)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Finds_a_picture_without_a_name_a_page_that_is_too_wide_a_script_error_and_a_foreign_host()
    {
        await using var site = await ServeAsync("""
            <!doctype html><html lang="en"><title>bad</title><main><h1>Bad</h1>
            <img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="><div style="width:2000px">wide</div></main>
            <script>fetch("http://127.0.0.1:9/").catch(() => document.title = "asked"); null.x</script></html>
            """);
        await using var window = await chromium.OpenAsync(AddressOf(site), Look.PhoneDark, Cancel);
        await window.GoToStaticAsync("/");
        await window.Page.WaitForFunctionAsync("document.title === 'asked'");

        var violations = await Assert.ThrowsAsync<TrueException>(() => window.IsAccessibleAsync("the bad page"));
        Assert.Contains("image-alt", violations.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<TrueException>(() => window.FitsItsWidthAsync("the bad page"));
        Assert.Contains(window.Faults, fault => fault.StartsWith("asked another host", StringComparison.Ordinal));
        Assert.Contains(window.Faults, fault => fault.StartsWith("script error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Lets_a_sound_page_pass_in_every_look()
    {
        await using var site = await ServeAsync(
            "<!doctype html><html lang=en><title>good</title><main data-interactive=true><h1>Good</h1></main></html>");
        foreach (var look in Look.All)
        {
            await using var window = await chromium.OpenAsync(AddressOf(site), look, Cancel);
            await window.GoToAsync("/");
            await window.IsAccessibleAsync("the good page");
            await window.FitsItsWidthAsync("the good page");
            window.HadNoFaults();
        }
    }

    private static async Task<WebApplication> ServeAsync(string html)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var site = builder.Build();
        site.Urls.Add("http://127.0.0.1:0");
        site.MapGet("/", () => Results.Content(html, "text/html"));
        site.MapGet("/favicon.ico", () => Results.NoContent());
        await site.StartAsync(Cancel);
        return site;
    }

    private static Uri AddressOf(WebApplication site) =>
        new(site.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
}
