using System.Globalization;
using Kontena.Agent.Docker;
using Kontena.Core.Protocol;

namespace Kontena.Agent.Services;

/// <summary>Runs the readiness probe of the present start of an instance's container, and keeps what it found.</summary>
internal sealed class InstanceHealth(Guid instance, InstanceTools tools, Action wake) : IAsyncDisposable
{
    private CancellationTokenSource? _cancel;
    private Task _running = Task.CompletedTask;
    private string? _start;
    private ProbeResult _result = ProbeResult.Nothing;

    /// <summary>Since when it is ready without a break; null when it is not.</summary>
    public DateTimeOffset? ReadySince { get; private set; }

    /// <summary>What is known about this container now; begins to watch it when that is not done yet.</summary>
    public async Task<ProbeResult> WatchAsync(InstanceOrder order, ContainerInfo container, CancellationToken cancel)
    {
        var settings = $"{order.Spec.Deploy.WaitForPort} {order.Spec.HealthCheck}";
        var start = string.Create(CultureInfo.InvariantCulture, $"{container.Id} {container.StartedAt:O}");
        if (_start != start + settings)
        {
            Stop();
            await _running;
            var memory = tools.Store.Remember(instance);
            var wasReady = memory.ReadyStart == start && memory.ReadySince is not null;
            var address = await AddressAsync(order, container, cancel);
            _start = start + settings;
            Volatile.Write(ref _result, wasReady ? new(true, false, 0, null) : ProbeResult.Nothing);
            if (order.Spec.Deploy.WaitForPort is null && order.Spec.HealthCheck is null)
            {
                Volatile.Write(ref _result, new(true, false, 0, null));
            }
            else
            {
                _cancel = new();
                _running = RunAsync(order, container, address, wasReady, _cancel.Token);
            }
        }
        var result = Volatile.Read(ref _result);
        var now = tools.Time.GetUtcNow();
        var kept = tools.Store.Change(instance, m => !result.Ready ? m with { ReadyStart = null, ReadySince = null }
            : m.ReadyStart == start && m.ReadySince is not null ? m
            : m with { ReadyStart = start, ReadySince = now });
        ReadySince = kept.ReadySince;
        return result;
    }

    public void Stop()
    {
        _cancel?.Cancel();
        (_cancel, _start) = (null, null);
    }

    public async ValueTask DisposeAsync()
    {
        Stop();
        await _running;
    }

    private async Task RunAsync(InstanceOrder order, ContainerInfo container, string? address, bool wasReady, CancellationToken cancel)
    {
        try
        {
            await tools.Probe.RunAsync(container.Name, container.Id, address, order.Spec, wasReady, found =>
            {
                if (!cancel.IsCancellationRequested && Interlocked.Exchange(ref _result, found) != found)
                {
                    wake();
                }
            }, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Another start, or none, is to be watched.
        }
    }

    /// <summary>Where the agent reaches the container; null when it does not.</summary>
    private async Task<string?> AddressAsync(InstanceOrder order, ContainerInfo container, CancellationToken cancel)
    {
        if (order.Spec.Net is "host")
        {
            return "127.0.0.1";
        }
        var own = container.Endpoints.Values.Select(e => e.Address).FirstOrDefault(a => a is not null);
        if (own is not null || !order.Spec.Net.StartsWith("container:", StringComparison.Ordinal))
        {
            return own;
        }
        var peer = await tools.Engine.FindContainerAsync(ContainerRendering.Peer(order, order.Spec.Net["container:".Length..]), cancel);
        return peer?.Endpoints.Values.Select(e => e.Address).FirstOrDefault(a => a is not null);
    }
}
