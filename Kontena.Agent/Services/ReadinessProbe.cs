using System.Net.Http.Headers;
using System.Net.Sockets;
using Kontena.Agent.Docker;
using Kontena.Core.Services;

namespace Kontena.Agent.Services;

/// <param name="Ready">wait_for_port and the health check were passed.</param>
/// <param name="Failures">Of the health check, in a row.</param>
/// <param name="Problem">Why it is not ready, in words; null when it is, or when nothing is wrong yet.</param>
internal sealed record ProbeResult(bool Ready, bool Unhealthy, int Failures, string? Problem)
{
    public static readonly ProbeResult Nothing = new(false, false, 0, null);
}

/// <summary>Watches one start of one container: until its port answers and its health check passes, and then goes on checking.</summary>
/// <remarks>docs/protocol.md, readiness. It needs no tool in the image: the agent connects to the container's address.</remarks>
internal sealed class ReadinessProbe(IEngine engine, HttpMessageInvoker http, TimeProvider time)
{
    public const int Retries = 3;
    private static readonly TimeSpan PortEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PortLimit = TimeSpan.FromSeconds(300);
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(2);

    /// <summary>Until the first success the check is asked this often at least; only one failure per interval counts.</summary>
    private static readonly TimeSpan FirstSuccessEvery = TimeSpan.FromSeconds(5);

    /// <param name="address">Of the container as seen from here; null for one that the agent cannot reach.</param>
    /// <param name="wasReady">An earlier run of the agent saw this very start become ready.</param>
    /// <param name="changed">Called with every new finding.</param>
    public async Task RunAsync(
        string name, string containerId, string? address, ServiceSpec spec, bool wasReady, Action<ProbeResult> changed, CancellationToken cancel)
    {
        var result = ProbeResult.Nothing;
        if (!wasReady && spec.Deploy.WaitForPort is { } port)
        {
            await PortAsync(name, address, port, problem => Say(result with { Problem = problem }), cancel);
        }
        if (spec.HealthCheck is not { } check)
        {
            Say(new(true, false, 0, null));
            return;
        }
        if (wasReady)
        {
            Say(new(true, false, 0, null));
        }
        await Task.Delay(check.InitialDelay, time, cancel);
        var countedAt = time.GetUtcNow() - check.Interval;
        while (true)
        {
            var failure = await CheckAsync(containerId, address, check, cancel);
            if (failure is null)
            {
                Say(new(true, false, 0, null));
            }
            else if (time.GetUtcNow() - countedAt >= check.Interval || result.Ready)
            {
                countedAt = time.GetUtcNow();
                var failures = result.Failures + 1;
                var unhealthy = failures >= Retries;
                Say(new(result.Ready && !unhealthy, unhealthy, failures,
                    $"{name}: its health check failed {failures} {(failures == 1 ? "time" : "times in a row")}: {failure.TrimEnd('.')}."));
            }
            var every = result.Ready || check.Interval < FirstSuccessEvery ? check.Interval : FirstSuccessEvery;
            await Task.Delay(every, time, cancel);
        }

        void Say(ProbeResult next)
        {
            result = next;
            changed(next);
        }
    }

    private async Task PortAsync(string name, string? address, int port, Action<string> problem, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        var told = false;
        while (await ConnectAsync(address, port, ConnectLimit, cancel) is { } failure)
        {
            if (!told && time.GetElapsedTime(started) >= PortLimit)
            {
                told = true;
                problem($"{name} is not ready: port {port} did not answer within {PortLimit.TotalSeconds:0} s ({failure}). "
                    + "Check wait_for_port and the service's log.");
            }
            await Task.Delay(PortEvery, time, cancel);
        }
    }

    /// <returns>Null when healthy, else the reason.</returns>
    private async Task<string?> CheckAsync(string containerId, string? address, HealthCheck check, CancellationToken cancel) => check.Protocol switch
    {
        "http" => await HttpAsync(address, check, cancel),
        "tcp" => await ConnectAsync(address, check.Port ?? 0, check.Timeout, cancel),
        "image" => await ImageAsync(containerId, cancel),
        _ => $"the protocol '{check.Protocol}' is unknown; use http, tcp or image",
    };

    private async Task<string?> ImageAsync(string containerId, CancellationToken cancel)
    {
        try
        {
            return (await engine.FindContainerAsync(containerId, cancel))?.Health switch
            {
                "healthy" => null,
                "starting" => "the image's own check has not finished yet",
                null => "the image has no health check of its own",
                _ => "the image's own check fails",
            };
        }
        catch (EngineException e)
        {
            return e.Message;
        }
    }

    private async Task<string?> HttpAsync(string? address, HealthCheck check, CancellationToken cancel)
    {
        if (address is null)
        {
            return "the instance has no address";
        }
        // One deadline for the whole check: a server that accepts and never answers is not healthy.
        using var deadline = new CancellationTokenSource(check.Timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        try
        {
            var path = check.Uri is { Length: > 0 } uri ? uri.TrimStart('/') : "";
            using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{address}:{check.Port ?? 80}/{path}");
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("kontena-agent", null));
            using var response = await http.SendAsync(request, linked.Token);
            return (int)response.StatusCode is >= 200 and < 400 ? null : $"GET /{path} was answered with {(int)response.StatusCode}";
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return $"no answer within {check.Timeout.TotalSeconds:0.#} s";
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UriFormatException)
        {
            return e.GetBaseException().Message;
        }
    }

    private async Task<string?> ConnectAsync(string? address, int port, TimeSpan limit, CancellationToken cancel)
    {
        if (address is null)
        {
            return "the instance has no address";
        }
        using var deadline = new CancellationTokenSource(limit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(address, port, linked.Token);
            return null;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return $"port {port} did not answer within {limit.TotalSeconds:0.#} s";
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return $"port {port}: {e.Message}";
        }
    }
}
