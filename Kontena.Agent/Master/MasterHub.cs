using Kontena.Core.Protocol;
using Microsoft.AspNetCore.SignalR.Client;

namespace Kontena.Agent.Master;

/// <summary>Calls the master. The one class that knows methods by name; every call has a deadline.</summary>
internal sealed class MasterHub(HubConnection connection, TimeProvider time, CancellationToken closed) : IMasterHub
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public Task<Welcome> HelloAsync(Hello hello) =>
        CallAsync(token => connection.InvokeAsync<Welcome>(nameof(IMasterHub.HelloAsync), hello, token));

    public Task<DesiredSet> GetDesiredAsync(long since) =>
        CallAsync(token => connection.InvokeAsync<DesiredSet>(nameof(IMasterHub.GetDesiredAsync), since, token));

    public Task ReportInstancesAsync(InstanceReports reports) =>
        CallAsync(token => connection.InvokeAsync(nameof(IMasterHub.ReportInstancesAsync), reports, token));

    public Task ReportNodeAsync(NodeFacts facts) =>
        CallAsync(token => connection.InvokeAsync(nameof(IMasterHub.ReportNodeAsync), facts, token));

    public Task ReportVolumesAsync(VolumeInventory inventory) =>
        CallAsync(token => connection.InvokeAsync(nameof(IMasterHub.ReportVolumesAsync), inventory, token));

    public Task HeartbeatAsync(Heartbeat beat) =>
        CallAsync(token => connection.InvokeAsync(nameof(IMasterHub.HeartbeatAsync), beat, token));

    private Task<bool> CallAsync(Func<CancellationToken, Task> call) => CallAsync(async token =>
    {
        await call(token);
        return true;
    });

    private async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call)
    {
        using var deadline = new CancellationTokenSource(Limit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(closed, deadline.Token);
        try
        {
            return await call(linked.Token);
        }
        catch (OperationCanceledException) when (!closed.IsCancellationRequested)
        {
            throw new TimeoutException($"the master did not answer a call within {Limit.TotalSeconds:0} s");
        }
    }
}
