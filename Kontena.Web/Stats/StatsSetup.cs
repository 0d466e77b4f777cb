using Microsoft.Extensions.Options;

namespace Kontena.Web.Stats;

internal static class StatsSetup
{
    public static WebApplicationBuilder AddStats(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<StatOptions>().BindConfiguration("Stats").ValidateOnStart();
        services.AddSingleton<IValidateOptions<StatOptions>, StatOptionsValidator>();
        services.AddSingleton<StatFeed>();
        services.AddSingleton<StatRings>();
        services.AddSingleton<StatStore>();
        services.AddSingleton<LatestStats>();
        services.AddSingleton<FollowStats>();
        services.AddSingleton<StatKeeper>();
        services.AddHostedService(s => s.GetRequiredService<StatKeeper>());
        return builder;
    }
}
