using System.Net;
using System.Net.WebSockets;
using Kontena.Agent.Nodes;
using Kontena.Agent.Services;
using Kontena.Core.Protocol;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kontena.Agent.Master;

/// <summary>Keeps this node connected to its master, for ever: one loop that joins, connects, talks, and begins again.</summary>
internal sealed partial class MasterConnection(
    AgentOptions options, IdentityStore identities, Enrolment enrolment, ThisNode node, MasterSession session, InstanceReconciler instances,
    TimeProvider time, ILogger<MasterConnection> logger)
    : BackgroundService
{
    private static readonly TimeSpan RefusedPause = TimeSpan.FromSeconds(60);
    private NodeIdentity? _identity;

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            TimeSpan pause;
            try
            {
                _identity ??= identities.Load() ?? await enrolment.JoinAsync(stopping);
                await TalkAsync(_identity, () => failures = 0, stopping);
                pause = Backoff.After(++failures);
                Lost("the connection was closed", pause.TotalSeconds);
            }
            catch (RefusedException e) when (_identity is { } identity && enrolment.MayJoinAgain(identity))
            {
                JoiningAgain(e.Message);
                pause = await JoinAgainAsync(stopping);
            }
            catch (Exception e) when (e is RefusedException or InvalidDataException && !stopping.IsCancellationRequested)
            {
                // A refusal never ends the agent: containers run on, and what is wrong may be mended on the master's side.
                pause = RefusedPause;
                Refused(e.Message, pause.TotalSeconds);
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                pause = Backoff.After(++failures);
                Lost(e.GetBaseException().Message, pause.TotalSeconds);
            }
            await Task.Delay(pause, time, stopping);
        }
    }

    private async Task<TimeSpan> JoinAgainAsync(CancellationToken stopping)
    {
        try
        {
            var joined = await enrolment.JoinAsync(stopping);
            await instances.LeaveAsync();
            _identity = joined;
            return TimeSpan.Zero;
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            Refused(e.Message, RefusedPause.TotalSeconds);
            return RefusedPause;
        }
    }

    private async Task TalkAsync(NodeIdentity identity, Action admitted, CancellationToken stopping)
    {
        using var closed = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        ProtocolRefusal? refusal = null;
        await using var connection = Build(identity);
        connection.Closed += _ => closed.CancelAsync();
        connection.On<long>(nameof(IAgentClient.LookAgainAsync), _ => session.LookAgain());
        connection.On<ProtocolRefusal>(nameof(IAgentClient.RefusedAsync), async told =>
        {
            refusal = told;
            await closed.CancelAsync();
        });
        await ConnectAsync(connection, stopping);
        var hub = new MasterHub(connection, time, closed.Token);
        try
        {
            var welcome = await hub.HelloAsync(new(ProtocolVersion.Current, AgentVersion.Text, identity.EngineId, time.GetUtcNow()));
            if (welcome.Refusal is not null)
            {
                throw new RefusedException($"The master refused this node: {welcome.Refusal.Message}");
            }
            Know(identity, welcome);
            admitted();
            Connected(welcome.Grid, welcome.NodeName, welcome.NodeNumber);
            await session.RunAsync(hub, welcome, closed.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            // The connection ended; whether by a refusal is seen below.
        }
        finally
        {
            await closed.CancelAsync();
        }
        if (refusal is not null)
        {
            throw new RefusedException($"The master ended the connection: {refusal.Message}");
        }
    }

    private void Know(NodeIdentity identity, Welcome welcome)
    {
        var known = identity with { GridId = welcome.GridId, Grid = welcome.Grid, Name = welcome.NodeName };
        if (known != identity)
        {
            identities.Save(known);
            _identity = known;
        }
        if (node.Current is not { } self || self.NodeId != known.NodeId || self.GridId != welcome.GridId
            || self.Grid != welcome.Grid || self.NodeName != welcome.NodeName)
        {
            node.Is(known, welcome.GridId);
            instances.WakeAll();
        }
    }

    private HubConnection Build(NodeIdentity identity)
    {
        var builder = new HubConnectionBuilder().WithUrl(new Uri(options.Master, ProtocolPaths.Hub), HttpTransportType.WebSockets, http =>
        {
            http.SkipNegotiation = true; // one transport, so nothing to negotiate, and one order of messages
            http.AccessTokenProvider = () => Task.FromResult<string?>(identity.Credential);
        });
        builder.Services.Configure<JsonHubProtocolOptions>(json =>
            json.PayloadSerializerOptions.TypeInfoResolverChain.Insert(0, ProtocolJson.Default));
        builder.WithServerTimeout(TimeSpan.FromSeconds(30)).WithKeepAliveInterval(TimeSpan.FromSeconds(10));
        return builder.Build();
    }

    private async Task ConnectAsync(HubConnection connection, CancellationToken stopping)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30), time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stopping, deadline.Token);
        try
        {
            await connection.StartAsync(linked.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            throw new TimeoutException($"{options.Master} did not answer within 30 s");
        }
        catch (Exception e) when (StatusOf(e) is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw new RefusedException($"The master does not know this node any more: its credential was refused. Was the node removed? "
                + $"Make a join token with \"Add node\" and start the agent with it; {Path.Combine(options.DataFolder, "node.json")} is then replaced.");
        }
    }

    private static HttpStatusCode? StatusOf(Exception e) => e switch
    {
        HttpRequestException { StatusCode: { } status } => status,
        WebSocketException when e.Message.Contains("'401'", StringComparison.Ordinal) => HttpStatusCode.Unauthorized,
        WebSocketException when e.Message.Contains("'403'", StringComparison.Ordinal) => HttpStatusCode.Forbidden,
        { InnerException: { } inner } => StatusOf(inner),
        _ => null,
    };

    [LoggerMessage(LogLevel.Information, "Connected to the master of grid {Grid} as node {Name}, number {Number}")]
    private partial void Connected(string grid, string name, int number);

    [LoggerMessage(LogLevel.Warning, "No connection to the master: {Why}. Containers run on; the next try is in {Seconds:0.0} s")]
    private partial void Lost(string why, double seconds);

    [LoggerMessage(LogLevel.Error, "{Why} Containers run on; the next try is in {Seconds:0} s")]
    private partial void Refused(string why, double seconds);

    [LoggerMessage(LogLevel.Warning, "{Why} A new join token was given: joining again")]
    private partial void JoiningAgain(string why);
}
