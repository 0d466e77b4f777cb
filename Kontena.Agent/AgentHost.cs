using Kontena.Agent.Docker;
using Kontena.Agent.Images;
using Kontena.Agent.Logs;
using Kontena.Agent.Master;
using Kontena.Agent.Networks;
using Kontena.Agent.Nodes;
using Kontena.Agent.Services;
using Kontena.Agent.Stats;
using Kontena.Agent.Volumes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Kontena.Agent;

/// <summary>Puts the agent together.</summary>
internal static class AgentHost
{
    /// <param name="change">Has the last word on what is registered; null for the product.</param>
    public static IHost Build(AgentOptions options, Action<IServiceCollection>? change = null)
    {
        // No configuration files and no environment variables but the agent's own: what it does is on its command line.
        var builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "kontena-agent", DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddConsole(console => console.FormatterName = LogLineFormatter.Id);
        builder.Services.AddSingleton<ConsoleFormatter, LogLineFormatter>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(15));
        builder.Services.AddSingleton(options).AddSingleton(TimeProvider.System);
        builder.Services
            .AddEngine(options)
            .AddNode()
            .AddInstances()
            .AddTelemetry(options)
            .AddMaster();
        change?.Invoke(builder.Services);
        return builder.Build();
    }

    /// <summary>Takes up who this node is from an earlier start: the saved list can then be converged to without the master.</summary>
    /// <exception cref="InvalidDataException">The file that says it is damaged.</exception>
    public static void Remember(IServiceProvider services)
    {
        if (services.GetRequiredService<IdentityStore>().Load() is { GridId: { } grid } identity)
        {
            services.GetRequiredService<ThisNode>().Is(identity, grid);
        }
    }

    private static IServiceCollection AddEngine(this IServiceCollection services, AgentOptions options) => services
        .AddSingleton<EngineHealth>()
        .AddSingleton<IEngine>(s => new DockerEngine(options.Engine, s.GetRequiredService<EngineHealth>(), s.GetRequiredService<TimeProvider>()))
        .AddSingleton<ImageStore>()
        .AddSingleton<InstanceVolumes>()
        .AddSingleton<VolumeInventoryReader>()
        .AddSingleton<GridNetwork>()
        .AddSingleton<HostPorts>();

    private static IServiceCollection AddNode(this IServiceCollection services) => services
        .AddSingleton<IdentityStore>()
        .AddSingleton<ThisNode>()
        .AddSingleton<NodeChanges>()
        .AddSingleton<NodeFactsReader>();

    private static IServiceCollection AddInstances(this IServiceCollection services) => services
        .AddSingleton<ManagedContainers>()
        .AddSingleton<StateStore>()
        .AddSingleton<StartGate>()
        .AddSingleton<HookRunner>()
        .AddSingleton<ContainerStart>()
        .AddSingleton<ContainerStop>()
        .AddSingleton<OutcastEnd>()
        .AddSingleton(s => new ReadinessProbe(s.GetRequiredService<IEngine>(), Http(proxy: false), s.GetRequiredService<TimeProvider>()))
        .AddSingleton<InstanceTools>()
        .AddSingleton<InstanceReconciler>()
        .AddHostedService(s => s.GetRequiredService<InstanceReconciler>())
        .AddHostedService<EngineWatch>();

    private static IServiceCollection AddTelemetry(this IServiceCollection services, AgentOptions options) => services
        .AddSingleton(s => new EngineLogs(options.Engine, s.GetRequiredService<TimeProvider>()))
        .AddSingleton(s => new LogSpool(Path.Combine(options.DataFolder, "spool"), s.GetRequiredService<TimeProvider>()))
        .AddSingleton<TelemetryWatch>()
        .AddSingleton<TelemetrySamples>()
        .AddSingleton<Func<CancellationToken, Task<TelemetryTarget>>>(s => cancel => TelemetryTarget.OfAsync(
            options.Master, s.GetRequiredService<ThisNode>(), s.GetRequiredService<IdentityStore>(), cancel))
        .AddHostedService<TelemetryLoop>()
        .AddHostedService<LogCollector>()
        .AddHostedService<StatCollector>();

    private static IServiceCollection AddMaster(this IServiceCollection services) => services
        .AddSingleton<ReportOutbox>()
        .AddSingleton(s => ActivatorUtilities.CreateInstance<Enrolment>(s, Http(proxy: true)))
        .AddSingleton<MasterSession>()
        .AddHostedService<MasterConnection>();

    /// <param name="proxy">Whether the environment's proxy settings count: for the master, never for containers of this host.</param>
    private static HttpMessageInvoker Http(bool proxy) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, // a redirect is an answer: the health check takes it for healthy, joining does not follow it
        UseCookies = false,
        UseProxy = proxy,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10),
    });
}
