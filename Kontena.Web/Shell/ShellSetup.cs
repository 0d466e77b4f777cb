using Kontena.Web.Ui;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MudBlazor;
using MudBlazor.Services;

namespace Kontena.Web.Shell;

/// <summary>Blazor, MudBlazor, and what every page stands in. Needs an <see cref="IShellSource"/>.</summary>
internal static class ShellSetup
{
    /// <summary>Messages from the browser: a stack file of 1 MB in the editor, escaped, with room to spare.</summary>
    private const int LargestBrowserMessage = 2 * 1024 * 1024;

    public static void AddShell(this WebApplicationBuilder builder)
    {
        builder.WebHost.UseStaticWebAssets(); // also when run from the build folder as Production; published files need it not
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<Ticker>();
        builder.Services.AddScoped<Announcer>();
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddRazorComponents()
            .AddInteractiveServerComponents(options => options.DetailedErrors = builder.Environment.IsDevelopment())
            .AddHubOptions(options => options.MaximumReceiveMessageSize = LargestBrowserMessage);
        builder.Services.AddMudServices(config =>
        {
            config.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight;
            config.SnackbarConfiguration.MaxDisplayedSnackbars = 3;
            config.SnackbarConfiguration.VisibleStateDuration = 6_000;
            config.SnackbarConfiguration.ShowTransitionDuration = 140;
            config.SnackbarConfiguration.HideTransitionDuration = 90;
            config.SnackbarConfiguration.ShowCloseIcon = false;
            config.SnackbarConfiguration.PreventDuplicates = true;
            config.SnackbarConfiguration.BackgroundBlurred = false;
        });
    }

    /// <summary>Headers and error pages: the outermost, before authentication, so that an error page passes through it again.</summary>
    public static void UseShell(this WebApplication app)
    {
        app.UseSecurityHeaders();
        if (!app.Environment.IsDevelopment())
        {
            app.UseExceptionHandler("/error", createScopeForErrors: true);
        }
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.Use(OnlyPages);
    }

    public static void MapShell(this WebApplication app)
    {
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
    }

    /// <summary>A person who looks for a page gets one in words; machines get their bare status.</summary>
    private static Task OnlyPages(HttpContext context, RequestDelegate next)
    {
        var page = HttpMethods.IsGet(context.Request.Method)
            && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
        if (!page && context.Features.Get<IStatusCodePagesFeature>() is { } pages)
        {
            pages.Enabled = false;
        }
        return next(context);
    }
}
