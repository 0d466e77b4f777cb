using System.Net.WebSockets;
using Kontena.Agent.Logs;
using Kontena.Agent.Nodes;
using Kontena.Core.Protocol;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kontena.Agent.Master;

/// <summary>Where and as whom the agent speaks to its master.</summary>
/// <param name="Master">The master's base address.</param>
/// <param name="Credential">The node's own, from enrolment.</param>
internal sealed record TelemetryTarget(Uri Master, string Credential)
{
    /// <summary>Waits until this host has joined. Read anew each time: a host may join again.</summary>
    public static async Task<TelemetryTarget> OfAsync(Uri master, ThisNode node, IdentityStore identities, CancellationToken cancel)
    {
        await node.WaitAsync(cancel);
        var identity = identities.Load() ?? throw new IOException("this host has not joined a grid");
        return new(master, identity.Credential);
    }
}

/// <summary>Keeps a telemetry connection open, with growing pauses after failures.</summary>
/// <param name="target">Waits until this host is enrolled.</param>
internal sealed partial class TelemetryLoop(
    Func<CancellationToken, Task<TelemetryTarget>> target, LogSpool spool, TelemetryWatch watch, TelemetrySamples samples,
    TimeProvider time, ILogger<TelemetryLoop> logger) : BackgroundService
{
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Settled = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        for (var failures = 0; !stopping.IsCancellationRequested;)
        {
            var started = time.GetTimestamp();
            try
            {
                using var socket = await ConnectAsync(await target(stopping), stopping);
                await new TelemetryConnection(socket, spool, watch, samples, time, logger).RunAsync(stopping);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                failures = time.GetElapsedTime(started) > Settled ? 1 : failures + 1;
                ConnectionEnded(e.Message, failures);
                await PauseAsync(failures, stopping);
            }
        }
    }

    private async Task<ClientWebSocket> ConnectAsync(TelemetryTarget to, CancellationToken stopping)
    {
        var address = new UriBuilder(new Uri(to.Master, ProtocolPaths.Telemetry));
        address.Scheme = address.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs;
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.SetRequestHeader("Authorization", $"Bearer {to.Credential}");
            socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(15);
            socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(20);
            using var deadline = new CancellationTokenSource(ConnectWithin, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, deadline.Token);
            await socket.ConnectAsync(address.Uri, either.Token);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Jittered: hosts that lost the same master come back spread out.</summary>
    private async Task PauseAsync(int failures, CancellationToken stopping)
    {
        var most = Math.Min(30, 0.5 * Math.Pow(2, Math.Min(failures, 10)));
        try
        {
            await Task.Delay(TimeSpan.FromSeconds(0.1 + Random.Shared.NextDouble() * most), time, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The agent ends.
        }
    }

    [LoggerMessage(LogLevel.Warning, "The telemetry connection ended ({Reason}), {Failures} in a row; log lines wait on this host")]
    private partial void ConnectionEnded(string reason, int failures);
}
