using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Kontena.Core.Logs;

namespace Kontena.Agent.Logs;

/// <summary>Opens container logs at the engine's API. Only logs pass here: the engine's library copies every line twice.</summary>
internal sealed class EngineLogs : IDisposable
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(15);
    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    /// <param name="endpoint"><c>unix:///var/run/docker.sock</c>, <c>tcp://…</c> or <c>http://…</c>.</param>
    public EngineLogs(Uri endpoint, TimeProvider time)
    {
        _time = time;
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = int.MaxValue, UseProxy = false };
        if (endpoint.Scheme == "unix")
        {
            handler.ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(endpoint.LocalPath), cancel);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        }
        _http = new HttpClient(handler)
        {
            BaseAddress = endpoint.Scheme == "unix" ? new("http://engine/") : new UriBuilder(endpoint) { Scheme = "http" }.Uri,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The log from a second before the cursor on, as bytes for an <see cref="EngineLogParser"/>; null when there is no such container.</summary>
    /// <param name="unfinishedAt">Time of the oldest part of a line whose end was not read yet; null when there is none.</param>
    /// <param name="follow">Goes on until the container ends.</param>
    /// <exception cref="EngineLogException">The engine keeps no log of this container that can be read.</exception>
    public async Task<EngineLog?> OpenAsync(string container, LogCursor cursor, long? unfinishedAt, bool follow, CancellationToken cancel)
    {
        // `since` is coarse in some engines, and the two sources are in order only nearly: read a second again, and drop by the cursor.
        var since = EngineTimestamp.Since(Math.Min(unfinishedAt ?? long.MaxValue, cursor.LatestAt) - 1_000_000_000);
        var address = string.Create(CultureInfo.InvariantCulture,
            $"containers/{Uri.EscapeDataString(container)}/logs?stdout=1&stderr=1&timestamps=1&follow={(follow ? 1 : 0)}&since={since}");
        return await OpenAsync(address, "read this log", cancel);
    }

    /// <summary>One reading of what a container uses, as the engine's JSON; null when there is no such container.</summary>
    public Task<EngineLog?> OpenStatsAsync(string container, CancellationToken cancel) =>
        OpenAsync($"containers/{Uri.EscapeDataString(container)}/stats?stream=false", "give statistics", cancel);

    public void Dispose() => _http.Dispose();

    private async Task<EngineLog?> OpenAsync(string address, string act, CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(AnswerWithin, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        HttpResponseMessage? answer = null;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (answer.StatusCode is HttpStatusCode.NotFound)
            {
                answer.Dispose();
                return null;
            }
            if (!answer.IsSuccessStatusCode)
            {
                var reason = await ReadStartAsync(answer, either.Token);
                throw new EngineLogException($"The container engine refuses to {act} ({(int)answer.StatusCode}): {reason}");
            }
            return new(answer, await answer.Content.ReadAsStreamAsync(either.Token));
        }
        catch (Exception e)
        {
            answer?.Dispose();
            if (e is OperationCanceledException && !cancel.IsCancellationRequested)
            {
                throw new IOException("The container engine did not answer within 15 seconds.", e);
            }
            throw;
        }
    }

    private static async Task<string> ReadStartAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        var start = new byte[500];
        await using var body = await answer.Content.ReadAsStreamAsync(cancel);
        var length = await body.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancel);
        return Encoding.UTF8.GetString(start, 0, length).Trim();
    }
}

/// <summary>An open answer.</summary>
internal sealed class EngineLog(HttpResponseMessage answer, Stream stream) : IAsyncDisposable
{
    public Stream Stream { get; } = stream;

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        answer.Dispose();
    }
}
