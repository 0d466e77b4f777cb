namespace Kontena.Web.Services;

internal static class ServicesSetup
{
    public static WebApplicationBuilder AddServices(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ServiceAct>();
        builder.Services.AddSingleton<ScaleService>();
        builder.Services.AddSingleton<DeployService>();
        builder.Services.AddSingleton<StopService>();
        builder.Services.AddSingleton<StartService>();
        builder.Services.AddSingleton<RestartService>();
        builder.Services.AddSingleton<ReadRevisions>();
        return builder;
    }
}
