using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Docker.DotNet;

namespace Kontena.Agent.Docker;

/// <summary>Gives every call to the engine a deadline and every failure a class.</summary>
internal sealed class EngineCalls(Uri endpoint, EngineHealth health, TimeProvider time)
{
    public async Task<T> RunAsync<T>(string what, TimeSpan limit, Func<CancellationToken, Task<T>> call, CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(limit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        try
        {
            var answer = call(linked.Token);
            // A suspended engine accepts a request and never answers; the transport then may not notice the token either.
            Observe(answer);
            var result = await answer.WaitAsync(linked.Token);
            health.Answered();
            return result;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Unavailable(string.Create(CultureInfo.InvariantCulture,
                $"The container engine did not answer within {limit.TotalSeconds:0} s ({what}). Check that it runs and is not overloaded."), null);
        }
        catch (DockerApiException e)
        {
            health.Answered();
            throw new EngineException(FaultOf(e.StatusCode), MessageOf(e), e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or TimeoutException)
        {
            cancel.ThrowIfCancellationRequested();
            throw Unreachable(e);
        }
    }

    public Task RunAsync(string what, TimeSpan limit, Func<CancellationToken, Task> call, CancellationToken cancel) =>
        RunAsync(what, limit, async token =>
        {
            await call(token);
            return true;
        }, cancel);

    public EngineException Unreachable(Exception cause) =>
        Unavailable($"The container engine at {endpoint} cannot be reached: {Innermost(cause)}. Check that it runs.", cause);

    public EngineException Unavailable(string message, Exception? cause)
    {
        health.Failed(message);
        return new(EngineFault.Unavailable, message, cause);
    }

    public static string MessageOf(DockerApiException e)
    {
        var body = (e.ResponseBody ?? "").Trim();
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind is JsonValueKind.Object
                && json.RootElement.TryGetProperty("message", out var message) && message.GetString() is { Length: > 0 } text)
            {
                return text.Trim();
            }
        }
        catch (JsonException)
        {
            // An engine behind a proxy may answer in plain text; that is then the message.
        }
        return body is "" ? $"the engine answered {(int)e.StatusCode}" : body;
    }

    private static string Innermost(Exception e) => e.GetBaseException().Message.TrimEnd('.');

    private static EngineFault FaultOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound => EngineFault.Gone,
        HttpStatusCode.Conflict => EngineFault.Conflict,
        HttpStatusCode.ServiceUnavailable or HttpStatusCode.BadGateway or HttpStatusCode.GatewayTimeout => EngineFault.Unavailable,
        _ => EngineFault.Refused,
    };

    /// <summary>An abandoned call may still fail later; nobody is left to tell.</summary>
    private static void Observe(Task task) => task.ContinueWith(
        static t => t.Exception, CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
