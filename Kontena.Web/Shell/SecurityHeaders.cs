namespace Kontena.Web.Shell;

/// <summary>Headers that keep a page from loading, showing or telling anything that is not ours.</summary>
internal static class SecurityHeaders
{
    /// <summary>
    /// Scripts, fonts and connections come from the master alone; there is no inline script. Inline styles are allowed because
    /// MudBlazor writes its theme and the places of its popovers that way, and so does the editor.
    /// </summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "worker-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        context.Response.OnStarting(static state =>
        {
            var response = ((HttpContext)state).Response;
            var headers = response.Headers;
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";
            if (response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) is true)
            {
                headers.CacheControl = "no-store"; // what one person may see must not wait in a browser for the next one
            }
            return Task.CompletedTask;
        }, context);
        return next(context);
    });
}
