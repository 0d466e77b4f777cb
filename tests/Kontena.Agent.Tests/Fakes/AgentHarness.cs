using System.Collections.Concurrent;
using Kontena.Agent.Docker;
using Kontena.Agent.Master;
using Kontena.Agent.Nodes;
using Kontena.Agent.Services;
using Kontena.Core.Protocol;
using Kontena.Core.Services;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Kontena.Agent.Tests.Fakes;

/// <summary>The whole agent but for its master, over an engine in memory and a clock that the test moves.</summary>
internal sealed class AgentHarness : IAsyncDisposable
{
    private readonly DirectoryInfo _data;
    private readonly bool _ownsData;
    private readonly IHost _host;
    private readonly ConcurrentDictionary<Guid, InstanceReport> _latest = [];

    private AgentHarness(FakeTimeProvider time, FakeEngine engine, DirectoryInfo? data)
    {
        (Time, Engine, _ownsData) = (time, engine, data is null);
        _data = data ?? Directory.CreateTempSubdirectory("kontena-agent-test-");
        _host = AgentHost.Build(
            new() { Master = new("http://master/"), Name = "host", DataFolder = _data.FullName },
            services =>
            {
                services.AddSingleton<TimeProvider>(time).AddSingleton<IEngine>(engine);
                services.AddLogging(log => log.ClearProviders());
                foreach (var connection in services.Where(s => s.ServiceType == typeof(IHostedService)
                    && s.ImplementationType is { Namespace: "Kontena.Agent.Master" or "Kontena.Agent.Logs" or "Kontena.Agent.Stats" }).ToList())
                {
                    services.Remove(connection);
                }
            });
        _host.Services.GetRequiredService<ThisNode>().Is(Some.Identity, Some.Grid);
    }

    public FakeTimeProvider Time { get; }

    public FakeEngine Engine { get; }

    public InstanceReconciler Reconciler => Get<InstanceReconciler>();

    public ReportOutbox Outbox => Get<ReportOutbox>();

    public static async Task<AgentHarness> StartAsync(CancellationToken cancel)
    {
        var time = new FakeTimeProvider(new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var engine = new FakeEngine(time);
        engine.HasImage(Some.Image);
        var harness = new AgentHarness(time, engine, null);
        await harness._host.StartAsync(cancel);
        return harness;
    }

    /// <summary>Another run of the agent on the same host: same engine, clock and data folder.</summary>
    /// <param name="meanwhile">What happens between the two runs.</param>
    public async Task<AgentHarness> RestartedAsync(Action meanwhile, CancellationToken cancel)
    {
        await _host.StopAsync(cancel);
        meanwhile();
        var next = new AgentHarness(Time, Engine, _data);
        await next._host.StartAsync(cancel);
        return next;
    }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public Task ApplyAsync(DesiredSet set, CancellationToken cancel) => Reconciler.ApplyAsync(set, cancel);

    /// <summary>Waits for a report about the instance. The clock moves by itself only by the little that loops need.</summary>
    public async Task<InstanceReport> ReportAsync(InstanceOrder order, Func<InstanceReport, bool> condition, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (!_latest.TryGetValue(order.InstanceId, out var report) || !condition(report))
        {
            try
            {
                var next = await Outbox.NextAsync(100, limit.Token);
                foreach (var each in next)
                {
                    _latest[each.InstanceId] = each;
                }
                Outbox.Acknowledge(next);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                Assert.Fail($"{InstanceName.Container(order.Stack, order.Spec.Name, order.Number)}: the last report is {report}; "
                    + $"the engine was told {string.Join(", ", Engine.Changes)}");
            }
        }
        return _latest[order.InstanceId];
    }

    public Task<InstanceReport> ReadyAsync(InstanceOrder order, CancellationToken cancel) => ReportAsync(
        order, r => r is { State: InstanceState.Running, Ready: true } && r.DeployRev == order.DeployRev && r.Epoch == order.Epoch, cancel);

    /// <summary>Lets time pass, second by second, until a report is as wanted: a loop may not have come to its wait yet.</summary>
    public async Task<InstanceReport> PassTimeAsync(InstanceOrder order, Func<InstanceReport, bool> condition, CancellationToken cancel)
    {
        var report = ReportAsync(order, condition, cancel);
        while (!report.IsCompleted)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(report, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, cancel));
        }
        return await report;
    }

    /// <summary>Waits until what the agent knows of the engine satisfies the test.</summary>
    public async Task KnowsAsync(Func<ManagedContainers.Snapshot, bool> condition, CancellationToken cancel)
    {
        var containers = Get<ManagedContainers>();
        var snapshot = containers.Current;
        while (!condition(snapshot))
        {
            snapshot = await containers.WaitForChangeAsync(snapshot.Version, cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        if (_ownsData)
        {
            _data.Delete(recursive: true);
        }
    }
}
