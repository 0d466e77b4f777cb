using Microsoft.AspNetCore.Http.Connections;
using Microsoft.Extensions.Options;

namespace Kontena.Web.Logs;

internal static class LogsSetup
{
    public static WebApplicationBuilder AddLogs(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<LogOptions>().BindConfiguration("Logs").ValidateOnStart();
        services.AddSingleton<IValidateOptions<LogOptions>, LogOptionsValidator>();
        services.AddSingleton<ILogStore>(s => InDatabase(s.GetRequiredService<IOptions<LogOptions>>().Value, builder.Configuration)
            ? ActivatorUtilities.CreateInstance<DatabaseLogStore>(s)
            : ActivatorUtilities.CreateInstance<SegmentLogStore>(s));
        services.AddSingleton<LogStreams>();
        services.AddSingleton<TelemetryWatchers>();
        services.AddSingleton<LogFeed>();
        services.AddSingleton<LogReader>();
        services.AddSingleton<FollowLogs>();
        services.AddSingleton<ReadLogs>();
        services.AddSingleton<SearchLogs>();
        services.AddSingleton<LogIngest>();
        services.AddHostedService(s => s.GetRequiredService<LogIngest>());
        services.AddSingleton<LogRelay>();
        services.AddSingleton<LogRetention>();
        services.AddHostedService(s => s.GetRequiredService<LogRetention>());
        if (InDatabase(builder.Configuration.GetSection("Logs").Get<LogOptions>() ?? new(), builder.Configuration))
        {
            services.AddHostedService(s => s.GetRequiredService<LogRelay>());
        }
        services.AddSignalR().AddHubOptions<LiveHub>(options =>
        {
            options.MaximumReceiveMessageSize = 16 * 1024; // names, numbers and a search text
            options.MaximumParallelInvocationsPerClient = 4;
            options.EnableDetailedErrors = false;
        }).AddJsonProtocol(options => options.PayloadSerializerOptions.TypeInfoResolverChain.Insert(0, LiveJson.Default));
        return builder;
    }

    /// <summary>Before authentication: a page of another site must not even learn whether somebody is signed in.</summary>
    public static WebApplication UseLiveOrigin(this WebApplication app)
    {
        app.UseWhen(http => http.Request.Path.StartsWithSegments(LiveHub.Address), live => live.Use(async (http, next) =>
        {
            if (IsSameHost(http.Request))
            {
                await next(http);
                return;
            }
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            await http.Response.WriteAsync("Live streams are for the master's own pages. If a proxy stands before the master, let it pass on the host name.");
        }));
        return app;
    }

    public static WebApplication MapLogs(this WebApplication app)
    {
        app.MapHub<LiveHub>(LiveHub.Address, options =>
        {
            options.Transports = HttpTransportType.WebSockets;
            options.CloseOnAuthenticationExpiration = true;
        });
        return app;
    }

    /// <summary>A browser always says which page opens a socket, and that page is one of ours or it is refused.</summary>
    internal static bool IsSameHost(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || (Uri.TryCreate(origin, UriKind.Absolute, out var page) && request.Host.HasValue
                && string.Equals(page.Authority, Authority(request.Host, page.Scheme), StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Without the port that goes without saying, as in an origin.</summary>
    private static string Authority(HostString host, string scheme) =>
        host.Port == (scheme == Uri.UriSchemeHttps ? 443 : 80) ? host.Host : host.Value ?? "";

    private static bool InDatabase(LogOptions options, IConfiguration configuration) => options.Store switch
    {
        LogStoreKind.Files => false,
        LogStoreKind.Database => true,
        _ => configuration.GetConnectionString("Postgres") is { Length: > 0 },
    };
}
