namespace Kontena.Web.Events;

internal static class EventsSetup
{
    public static WebApplicationBuilder AddEvents(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ReadEvents>();
        return builder;
    }
}
