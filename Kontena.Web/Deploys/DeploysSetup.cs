namespace Kontena.Web.Deploys;

internal static class DeploysSetup
{
    public static WebApplicationBuilder AddDeploys(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<DeployWake>();
        builder.Services.AddSingleton<GridSnapshots>();
        builder.Services.AddSingleton<DeployPass>();
        builder.Services.AddSingleton<CancelDeploy>();
        builder.Services.AddSingleton<ReadDeploy>();
        builder.Services.AddHostedService<DeployReconciler>();
        return builder;
    }
}
