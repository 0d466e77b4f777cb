namespace Kontena.Web.Stacks;

internal static class StacksSetup
{
    public static WebApplicationBuilder AddStacks(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SaveStack>();
        builder.Services.AddSingleton<ReadStack>();
        builder.Services.AddSingleton<CheckStack>();
        builder.Services.AddSingleton<PlanStack>();
        builder.Services.AddSingleton<DeployStack>();
        builder.Services.AddSingleton<RemoveStack>();
        builder.Services.AddSingleton<ReadStackRevisions>();
        return builder;
    }
}
