using Kontena.Web.Shell;

namespace Kontena.Web.Grids;

internal static class GridsSetup
{
    public static WebApplicationBuilder AddGrids(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<GridViewReader>();
        builder.Services.AddSingleton<GridViews>();
        builder.Services.AddSingleton<IShellSource, ShellSource>();
        return builder;
    }
}
