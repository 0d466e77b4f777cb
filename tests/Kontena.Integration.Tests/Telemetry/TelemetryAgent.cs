using Kontena.Agent.Logs;
using Kontena.Agent.Master;
using Kontena.Agent.Services;
using Kontena.TestKit.Engines;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kontena.Integration.Tests.Telemetry;

/// <summary>The agent's telemetry against a real engine and a real socket; the list of containers is the test's.</summary>
internal sealed class TelemetryAgent : IAsyncDisposable
{
    private readonly EngineLogs _engine = new(TestEngine.Endpoint, TimeProvider.System);
    private readonly LogCollector _collector;
    private readonly TelemetryLoop _loop;

    public TelemetryAgent(Uri master, string credential, string spoolFolder, ManagedContainers containers)
    {
        Spool = new(spoolFolder, TimeProvider.System);
        _collector = new(containers, _engine, Spool, TimeProvider.System, NullLogger<LogCollector>.Instance);
        _loop = new(_ => Task.FromResult(new TelemetryTarget(master, credential)), Spool, Watch, Samples, TimeProvider.System, NullLogger<TelemetryLoop>.Instance);
    }

    public LogSpool Spool { get; }

    public TelemetryWatch Watch { get; } = new();

    public TelemetrySamples Samples { get; } = new();

    public async Task StartAsync(CancellationToken cancel)
    {
        await _loop.StartAsync(cancel);
        await _collector.StartAsync(cancel);
    }

    /// <summary>In order: what waits goes to disk.</summary>
    public async Task StopAsync()
    {
        await _collector.StopAsync(CancellationToken.None);
        await _loop.StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _collector.Dispose();
        _loop.Dispose();
        _engine.Dispose();
    }
}
