using System.Collections.Concurrent;
using System.Net.Http.Json;
using Kontena.Core.Protocol;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.Http.Connections.Client;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Kontena.TestKit.Agents;

/// <summary>
/// An agent without an engine: it speaks the real protocol over the real hub, and does at once what it is told.
/// A test may hold it back or let instances fail.
/// </summary>
public sealed class SimulatedAgent : IAsyncDisposable, IAgentClient
{
    private readonly HubConnection _hub;
    private readonly EnrolAnswer _node;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ConcurrentDictionary<Guid, VolumeFact> _volumes = new();
    private readonly TaskCompletionSource<ProtocolRefusal> _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _sequence;

    private SimulatedAgent(HubConnection hub, EnrolAnswer node)
    {
        (_hub, _node) = (hub, node);
        hub.On<long>(nameof(IAgentClient.LookAgainAsync), LookAgainAsync);
        hub.On<ProtocolRefusal>(nameof(IAgentClient.RefusedAsync), RefusedAsync);
    }

    public Guid NodeId => _node.NodeId;

    public string Name => _node.Name;

    public string Credential => _node.Credential;

    public HubConnection Hub => _hub;

    /// <summary>Completes when the master refuses or removes the node.</summary>
    public Task<ProtocolRefusal> Refused => _refused.Task;

    /// <summary>The last full set of orders.</summary>
    public DesiredSet? Orders { get; private set; }

    /// <summary>Every report sent, in order.</summary>
    public ConcurrentQueue<InstanceReport> Sent { get; } = new();

    /// <summary>What happens to an instance: null lets it run; a text is the error that it reports.</summary>
    public Func<InstanceOrder, string?> Fails { get; set; } = _ => null;

    /// <summary>Orders for which this is true are left alone until <see cref="LookAsync"/> is called again.</summary>
    public Func<InstanceOrder, bool> Holds { get; set; } = _ => false;

    /// <param name="handler">The test server's; null for a real address.</param>
    /// <param name="sockets">Opens a WebSocket of the test server; null for a real address.</param>
    public static async Task<SimulatedAgent> JoinAsync(
        Uri master, string joinToken, string name, CancellationToken cancel, HttpMessageHandler? handler = null,
        Func<WebSocketConnectionContext, CancellationToken, ValueTask<System.Net.WebSockets.WebSocket>>? sockets = null, string[]? labels = null)
    {
        var answer = await EnrolAsync(master, new EnrolRequest(joinToken, name, $"engine-{name}", [.. labels ?? []], ProtocolVersion.Current), cancel, handler);
        var agent = new SimulatedAgent(Connection(master, answer.Credential, handler, sockets), answer);
        await agent.StartAsync(cancel);
        return agent;
    }

    public static async Task<EnrolAnswer> EnrolAsync(Uri master, EnrolRequest request, CancellationToken cancel, HttpMessageHandler? handler = null)
    {
        using var http = handler is null ? new HttpClient() : new HttpClient(handler, disposeHandler: false);
        var response = await http.PostAsync(
            new Uri(master, ProtocolPaths.Enrol), new ByteArrayContent(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(request, ProtocolJson.Default.EnrolRequest))
            {
                Headers = { ContentType = new("application/json") },
            }, cancel);
        if (!response.IsSuccessStatusCode)
        {
            var refusal = await response.Content.ReadFromJsonAsync(ProtocolJson.Default.ProtocolRefusal, cancel);
            throw new InvalidOperationException($"{refusal!.Code}: {refusal.Message}");
        }
        return (await response.Content.ReadFromJsonAsync(ProtocolJson.Default.EnrolAnswer, cancel))!;
    }

    public static HubConnection Connection(
        Uri master, string credential, HttpMessageHandler? handler,
        Func<WebSocketConnectionContext, CancellationToken, ValueTask<System.Net.WebSockets.WebSocket>>? sockets) =>
        new HubConnectionBuilder()
            .WithUrl(new Uri(master, ProtocolPaths.Hub), HttpTransportType.WebSockets, options =>
            {
                options.SkipNegotiation = true;
                options.AccessTokenProvider = () => Task.FromResult<string?>(credential);
                if (handler is not null)
                {
                    options.HttpMessageHandlerFactory = _ => handler;
                }
                if (sockets is not null)
                {
                    options.WebSocketFactory = sockets;
                }
            })
            .AddJsonProtocol(options => options.PayloadSerializerOptions.TypeInfoResolverChain.Insert(0, ProtocolJson.Default))
            .Build();

    public async Task StartAsync(CancellationToken cancel)
    {
        await _hub.StartAsync(cancel);
        var welcome = await _hub.InvokeAsync<Welcome>(nameof(IMasterHub.HelloAsync),
            new Hello(ProtocolVersion.Current, "0.1.0-simulated", $"engine-{Name}", TimeProvider.System.GetUtcNow()), cancel);
        if (welcome.Refusal is { } refusal)
        {
            throw new InvalidOperationException($"{refusal.Code}: {refusal.Message}");
        }
        await _hub.InvokeAsync(nameof(IMasterHub.ReportNodeAsync), new NodeFacts { EngineVersion = "simulated", Cpus = 4, MemoryTotalBytes = 8L << 30, VolumeDrivers = ["local"] }, cancel);
        await BeatAsync(cancel);
        await LookAsync(cancel);
    }

    public Task BeatAsync(CancellationToken cancel) =>
        _hub.InvokeAsync(nameof(IMasterHub.HeartbeatAsync), new Heartbeat(Interlocked.Increment(ref _sequence), Orders?.Generation ?? 0, 0, 0, 0, null), cancel);

    public async Task LookAgainAsync(long generation) => await LookAsync(CancellationToken.None);

    public Task RefusedAsync(ProtocolRefusal refusal)
    {
        _refused.TrySetResult(refusal);
        return Task.CompletedTask;
    }

    /// <summary>Gets the orders and does them.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            var set = await _hub.InvokeAsync<DesiredSet>(nameof(IMasterHub.GetDesiredAsync), 0L, cancel);
            Orders = set;
            var orders = set.Instances.Where(o => !Holds(o)).ToList();
            if (orders.Count > 0)
            {
                await ReportAsync([.. orders.Select(Done)], cancel);
            }
            var found = orders.Where(o => o.Spec.Stateful && o.Desired is DesiredState.Running)
                .SelectMany(o => o.Spec.Volumes.Where(v => v.Kind is Core.Services.VolumeMountKind.Anonymous).Select(v => (Order: o, v.Path))).ToList();
            foreach (var (order, path) in found)
            {
                _volumes.GetOrAdd(DeterministicId(order, path), uid => new VolumeFact(uid, $"{order.Stack}.{order.Spec.Name}..{path.Trim('/')}-{order.Number}", "local",
                    order.ServiceId, order.Stack, order.Spec.Name, order.Number, path, null, "instance", true, 1024));
            }
            if (found.Count > 0)
            {
                await _hub.InvokeAsync(nameof(IMasterHub.ReportVolumesAsync), new VolumeInventory([.. _volumes.Values]), cancel);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task ReportAsync(IReadOnlyList<InstanceReport> reports, CancellationToken cancel)
    {
        foreach (var report in reports)
        {
            Sent.Enqueue(report);
        }
        await _hub.InvokeAsync(nameof(IMasterHub.ReportInstancesAsync), new InstanceReports(Interlocked.Increment(ref _sequence), [.. reports]), cancel);
    }

    /// <summary>The report of an order that was carried out.</summary>
    public InstanceReport Done(InstanceOrder order)
    {
        var error = order.Desired is DesiredState.Running ? Fails(order) : null;
        var state = order.Desired switch
        {
            DesiredState.Terminated => InstanceState.Terminated,
            DesiredState.Stopped => InstanceState.Stopped,
            _ => error is null ? InstanceState.Running : InstanceState.Missing,
        };
        var ready = state is InstanceState.Running;
        return new InstanceReport
        {
            InstanceId = order.InstanceId,
            Epoch = order.Epoch,
            DeployRev = order.DeployRev,
            State = state,
            Ready = ready,
            Error = error,
            ContainerId = ready ? $"{order.InstanceId:N}" : null,
            StartedAt = ready ? TimeProvider.System.GetUtcNow() : null,
            ReadySince = ready ? TimeProvider.System.GetUtcNow() : null,
            RestartDone = order.RestartSequence,
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _gate.Dispose();
    }

    private static Guid DeterministicId(InstanceOrder order, string path) =>
        new(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{order.ServiceId}/{order.Number}{path}")).AsSpan(0, 16));
}
