using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Kontena.Core.Logs;
using Kontena.Core.Protocol;
using Kontena.Core.Stats;
using Kontena.TestKit;
using Kontena.Web.Data;
using Kontena.Web.Identity;
using Kontena.Web.Logs;
using Kontena.Web.Stats;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Kontena.Integration.Tests.Telemetry;

/// <summary>The browser's hub as a browser uses it: over a real socket, with a real session.</summary>
public sealed class LiveHubTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_gets_in_without_a_session_or_from_another_sites_page()
    {
        await using var master = await TelemetryMaster.StartAsync(Cancel);
        var cookie = await SignedInAsync(master, GridRole.Viewer);
        Assert.Equal(HttpStatusCode.Unauthorized, await NegotiateAsync(master, null, null));
        Assert.Equal(HttpStatusCode.OK, await NegotiateAsync(master, cookie, null));
        Assert.Equal(HttpStatusCode.OK, await NegotiateAsync(master, cookie, master.Address.GetLeftPart(UriPartial.Authority)));
        Assert.Equal(HttpStatusCode.Forbidden, await NegotiateAsync(master, cookie, "https://evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await NegotiateAsync(master, cookie, "null"));

        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", cookie);
        socket.Options.SetRequestHeader("Origin", "https://evil.example");
        var address = new UriBuilder(new Uri(master.Address, "live")) { Scheme = "ws" }.Uri;
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(address, Cancel));
    }

    [Fact]
    public async Task Following_gives_the_backlog_first_and_then_what_comes_in_the_shape_that_pages_expect()
    {
        await using var master = await TelemetryMaster.StartAsync(Cancel);
        using var agent = await SocketAsync(master);
        var stream = new LogStreamKey(master.InstanceId, Blocks.Container('a'));
        await SendAsync(agent, TelemetryCodec.Block(Blocks.Of(stream, 1, [1, 2, 3])));
        await UntilStoredAsync(master, 3);

        await using var page = await ConnectAsync(master, await SignedInAsync(master, GridRole.Viewer));
        var batches = page.StreamAsync<JsonElement>("FollowLogs", "default", "shop", "web", (int?)null, 2, Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await batches.MoveNextAsync());
        Assert.Equal(["line 2", "line 3"], Lines(batches.Current));
        var line = batches.Current.GetProperty("lines")[1];
        Assert.Equal((3, "web-1", 1), (line.GetProperty("t").GetInt64(), line.GetProperty("i").GetString(), line.GetProperty("s").GetInt32()));
        Assert.Equal(0, batches.Current.GetProperty("lost").GetInt64());

        await UntilWatchedAsync(agent, master.ServiceId);
        LogLine Tail(int n) => new(n * 1_000_000L, LogSource.Stderr, false, System.Text.Encoding.UTF8.GetBytes($"line {n}"));
        await SendAsync(agent, TelemetryCodec.Encode(new TelemetryMessage.Tail(stream, 2, 0, [Tail(4)])));
        Assert.True(await batches.MoveNextAsync());
        Assert.Equal(["line 4"], Lines(batches.Current));
        await SendAsync(agent, TelemetryCodec.Encode(new TelemetryMessage.Tail(stream, 2, 1, [Tail(5)])));
        await SendAsync(agent, TelemetryCodec.Block(Blocks.Of(stream, 2, [4, 5, 6], LogSource.Stderr)));
        var rest = new List<string>();
        while (rest.Count < 2 && await batches.MoveNextAsync())
        {
            rest.AddRange(Lines(batches.Current));
        }
        Assert.Equal(["line 5", "line 6"], rest);

        var older = await page.InvokeAsync<JsonElement>("ReadLogs", "default", "shop", "web", (int?)1, line.GetProperty("id").GetString(), 1, Cancel);
        Assert.Equal(["line 2"], Lines(older));
        Assert.True(older.GetProperty("more").GetBoolean());
        var found = await page.InvokeAsync<JsonElement>("SearchLogs", "default", "shop", "web", (int?)null, "LINE [12]", true, (long?)null, (long?)null, 10, Cancel);
        Assert.Equal(["line 1", "line 2"], Lines(found));
    }

    [Fact]
    public async Task A_second_viewer_who_comes_in_the_middle_of_an_unsealed_block_misses_nothing_of_it()
    {
        await using var master = await TelemetryMaster.StartAsync(Cancel);
        using var agent = await SocketAsync(master);
        var stream = new LogStreamKey(master.InstanceId, Blocks.Container('a'));
        await using var page = await ConnectAsync(master, await SignedInAsync(master, GridRole.Viewer));
        var first = page.StreamAsync<JsonElement>("FollowLogs", "default", "shop", "web", (int?)null, 10, Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await first.MoveNextAsync());
        await UntilWatchedAsync(agent, master.ServiceId);
        LogLine Tail(int n) => new(n * 1_000_000L, LogSource.Stdout, false, System.Text.Encoding.UTF8.GetBytes($"line {n}"));
        await SendAsync(agent, TelemetryCodec.Encode(new TelemetryMessage.Tail(stream, 1, 0, [Tail(1), Tail(2)])));
        Assert.True(await first.MoveNextAsync());
        var second = page.StreamAsync<JsonElement>("FollowLogs", "default", "shop", "web", (int?)null, 10, Cancel).GetAsyncEnumerator(Cancel);
        var seen = new List<string>();
        while (seen.Count < 2 && await second.MoveNextAsync())
        {
            seen.AddRange(Lines(second.Current));
        }
        await SendAsync(agent, TelemetryCodec.Block(Blocks.Of(stream, 1, [1, 2, 3])));
        Assert.True(await second.MoveNextAsync());
        seen.AddRange(Lines(second.Current));
        Assert.Equal(["line 1", "line 2", "line 3"], seen);
    }

    [Fact]
    public async Task A_viewer_whose_right_ends_is_cut_within_ten_seconds_and_learns_why()
    {
        await using var master = await TelemetryMaster.StartAsync(Cancel);
        await using var page = await ConnectAsync(master, await SignedInAsync(master, GridRole.Viewer));
        var batches = page.StreamAsync<JsonElement>("FollowLogs", "default", "shop", "web", (int?)null, 10, Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await batches.MoveNextAsync());
        await using (var db = await master.Get<IDbContextFactory<KontenaDb>>().CreateDbContextAsync(Cancel))
        {
            await db.Memberships.ExecuteDeleteAsync(Cancel);
        }
        var refused = await Assert.ThrowsAnyAsync<Exception>(async () => await batches.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), Cancel));
        Assert.Contains("right", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Somebody_of_no_grid_cannot_tell_whether_it_exists()
    {
        await using var master = await TelemetryMaster.StartAsync(Cancel);
        await using var page = await ConnectAsync(master, await SignedInAsync(master, role: null));
        var refused = await Assert.ThrowsAnyAsync<Exception>(() =>
            page.InvokeAsync<JsonElement>("ReadLogs", "default", "shop", "web", (int?)null, (string?)null, 1, Cancel));
        var unknown = await Assert.ThrowsAnyAsync<Exception>(() =>
            page.InvokeAsync<JsonElement>("ReadLogs", "default".Replace('d', 'e'), "shop", "web", (int?)null, (string?)null, 1, Cancel));
        Assert.Equal(unknown.Message.Replace("eefault", "default", StringComparison.Ordinal), refused.Message);
    }

    [Fact]
    public async Task Statistics_come_as_history_then_as_increments_and_pages_have_the_latest_in_memory()
    {
        await using var master = await TelemetryMaster.StartAsync(Cancel);
        using var agent = await SocketAsync(master);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        StatSample At(int second) => new(now + (second * 1_000), second * 500_000_000L, 1_000 + second, 8_000, second * 100L, 0, 0, 0);
        Task SampleAsync(int second) => SendAsync(agent, TelemetryCodec.Encode(new TelemetryMessage.Stats(
            [new(master.InstanceId, [At(second)]), new(Guid.CreateVersion7(), [At(second)])],
            [new(now + (second * 1_000), 12.5, 0.5, 8_000, 3_000, 1_000, 0, 100, 40, second * 10L, 0)])));
        await SampleAsync(-20);
        await SampleAsync(-10);
        await Eventually.UntilAsync(() => master.Get<LatestStats>().OfInstance(master.InstanceId) is not null && master.Get<LatestStats>().OfNode(master.NodeId) is not null,
            Patience, "the samples are there", Cancel);
        var latest = master.Get<LatestStats>().OfInstance(master.InstanceId)!;
        Assert.Equal((50, 990, 8_000), (latest.CpuPercent, latest.MemoryBytes, latest.MemoryLimitBytes));
        Assert.Equal(4_000, master.Get<LatestStats>().OfNode(master.NodeId)!.MemoryUsedBytes);

        await using var page = await ConnectAsync(master, await SignedInAsync(master, GridRole.Viewer));
        var batches = page.StreamAsync<JsonElement>("FollowStats", "default", "shop", "web", "10m", Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await batches.MoveNextAsync());
        var series = Assert.Single(batches.Current.GetProperty("series").EnumerateArray());
        Assert.Equal("web-1", series.GetProperty("i").GetString());
        Assert.Equal([now - 10_000, 50, 990, 8_000, 100, 0, 0, 0], series.GetProperty("points")[0].EnumerateArray().Select(p => p.GetDouble()));
        await SampleAsync(0);
        Assert.True(await batches.MoveNextAsync());
        Assert.Equal(now, batches.Current.GetProperty("series")[0].GetProperty("points")[0][0].GetDouble());

        var nodes = page.StreamAsync<JsonElement>("FollowNodeStats", "default", "oak", "1h", Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await nodes.MoveNextAsync());
        Assert.Equal([now, 12.5, 0.5, 8_000, 4_000, 100, 40, 10, 0], nodes.Current.GetProperty("points").EnumerateArray().Last().EnumerateArray().Select(p => p.GetDouble()));
        await Assert.ThrowsAnyAsync<Exception>(async () => await page.StreamAsync<JsonElement>("FollowStats", "default", "shop", "web", "2w", Cancel).ToListAsync(Cancel));
    }

    [Fact]
    public async Task Statistics_that_were_saved_come_back_after_a_restart_and_roll_up()
    {
        await using var master = await TelemetryMaster.StartAsync(Cancel);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var ring = new InstanceRing(master.InstanceId, master.GridId, master.NodeId, master.ServiceId, 1);
        StatSample[] samples = [.. Enumerable.Range(0, 120).Select(i => new StatSample(now - 600_000 + (i * 5_000), i * 1_000_000_000L, i, 100, 0, 0, 0, 0))];
        var store = master.Get<StatStore>();
        await store.SaveAsync(ring, samples[..60], Cancel);
        await store.SaveAsync(ring, samples[59..], Cancel);
        var points = (await store.SamplesOfServiceAsync(master.ServiceId, 0, Cancel))[1];
        Assert.Equal(119, points.Count);
        Assert.All(points, p => Assert.Equal(20, p.CpuPercent));
        var five = (await store.RollUpsOfServiceAsync(master.ServiceId, StatStore.FiveMinutes, 0, Cancel))[1];
        Assert.InRange(five.Count, 2, 3);
        Assert.All(five, p => Assert.Equal(20, p.CpuPercent, 3));
        Assert.Equal(119, five.Max(p => p.MemoryBytes));
        Assert.NotEmpty(await store.RollUpsOfServiceAsync(master.ServiceId, StatStore.Hour, 0, Cancel));
        await store.TrimAsync(new StatOptions(), TimeProvider.System.GetUtcNow().AddDays(1_000), Cancel);
        Assert.Empty(await store.SamplesOfServiceAsync(master.ServiceId, 0, Cancel));
        Assert.Empty(await store.RollUpsOfServiceAsync(master.ServiceId, StatStore.Hour, 0, Cancel));
    }

    [Fact]
    public async Task An_agent_with_a_wrong_credential_or_frames_that_no_agent_sends_is_turned_away()
    {
        await using var master = await TelemetryMaster.StartAsync(Cancel);
        using var stranger = new ClientWebSocket();
        stranger.Options.SetRequestHeader("Authorization", $"Bearer {master.Credential[..^1]}{(master.Credential[^1] == '0' ? '1' : '0')}");
        await Assert.ThrowsAsync<WebSocketException>(() => stranger.ConnectAsync(Telemetry(master), Cancel));

        foreach (var frame in (byte[][])[[99, 1, 2, 3], TelemetryCodec.Encode(new TelemetryMessage.Acks([])), new byte[TelemetryCodec.LongestFrame + 5]])
        {
            using var agent = await SocketAsync(master);
            await SendAsync(agent, frame);
            var buffer = new byte[TelemetryCodec.LongestFrame];
            ValueWebSocketReceiveResult received;
            do
            {
                received = await agent.ReceiveAsync(buffer.AsMemory(), Cancel);
            }
            while (received.MessageType is not WebSocketMessageType.Close);
            Assert.Equal(WebSocketCloseStatus.ProtocolError, agent.CloseStatus);
        }
    }

    private static string[] Lines(JsonElement batch) => [.. batch.GetProperty("lines").EnumerateArray().Select(l => l.GetProperty("x").GetString()!)];

    private static Uri Telemetry(TelemetryMaster master) => new UriBuilder(new Uri(master.Address, ProtocolPaths.Telemetry)) { Scheme = "ws" }.Uri;

    private static async Task<ClientWebSocket> SocketAsync(TelemetryMaster master)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {master.Credential}");
        await socket.ConnectAsync(Telemetry(master), Cancel);
        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, byte[] frame) => socket.SendAsync(frame, WebSocketMessageType.Binary, true, Cancel);

    private static async Task UntilWatchedAsync(ClientWebSocket socket, Guid service)
    {
        var buffer = new byte[TelemetryCodec.LongestFrame];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), Cancel);
            if (TelemetryCodec.Decode(buffer.AsMemory(0, received.Count)).Value is TelemetryMessage.Watched watched && watched.Services.Contains(service))
            {
                return;
            }
        }
    }

    private static Task UntilStoredAsync(TelemetryMaster master, int lines) => Eventually.UntilAsync(
        async cancel => (await master.AllLinesAsync(cancel)).Count == lines, Patience, $"{lines} lines are stored", Cancel);

    private static async Task<HttpStatusCode> NegotiateAsync(TelemetryMaster master, string? cookie, string? origin)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(master.Address, "live/negotiate?negotiateVersion=1"));
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }
        request.Headers.Add("X-Requested-With", "XMLHttpRequest");
        using var answer = await http.SendAsync(request, Cancel);
        return answer.StatusCode;
    }

    private static async Task<HubConnection> ConnectAsync(TelemetryMaster master, string cookie)
    {
        var connection = new HubConnectionBuilder().WithUrl(new Uri(master.Address, "live"), options => options.Headers["Cookie"] = cookie).Build();
        await connection.StartAsync(Cancel);
        return connection;
    }

    /// <returns>The session cookie of a fresh user.</returns>
    private static async Task<string> SignedInAsync(TelemetryMaster master, GridRole? role)
    {
        await using var scope = master.Services.CreateAsyncScope();
        var user = new KontenaUser { DisplayName = "Vera", UserName = $"{Guid.CreateVersion7():N}@example.org", CreatedAt = DateTimeOffset.UnixEpoch };
        user.Email = user.UserName;
        Assert.True((await scope.ServiceProvider.GetRequiredService<UserManager<KontenaUser>>().CreateAsync(user)).Succeeded);
        if (role is { } given)
        {
            await using var db = await master.Get<IDbContextFactory<KontenaDb>>().CreateDbContextAsync(Cancel);
            db.Memberships.Add(new GridMembership { GridId = master.GridId, UserId = user.Id, Role = given });
            await db.SaveChangesAsync(Cancel);
        }
        var principal = await scope.ServiceProvider.GetRequiredService<IUserClaimsPrincipalFactory<KontenaUser>>().CreateAsync(user);
        var cookies = master.Get<IOptionsMonitor<CookieAuthenticationOptions>>().Get(IdentityConstants.ApplicationScheme);
        var now = TimeProvider.System.GetUtcNow();
        var ticket = new AuthenticationTicket(principal, new AuthenticationProperties { IssuedUtc = now, ExpiresUtc = now.AddHours(1) }, IdentityConstants.ApplicationScheme);
        return $"{cookies.Cookie.Name}={cookies.TicketDataFormat.Protect(ticket)}";
    }
}
