using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Kontena.Core.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Kontena.Integration.Tests.Agent;

/// <summary>The master's end of the protocol, with a list that the test writes and reports that it reads.</summary>
internal sealed class FakeMaster : IAsyncDisposable
{
    private string _credential = "credential-of-the-node";
    private readonly WebApplication _app;
    private readonly Lock _gate = new();
    private DesiredSet _set;

    private FakeMaster(WebApplication app, Guid grid, NetworkOrder network)
    {
        _app = app;
        Grid = grid;
        _set = new()
        {
            GridId = grid,
            Grid = GridName,
            DataGeneration = Guid.CreateVersion7(),
            Generation = 1,
            Network = network,
            Instances = [],
        };
    }

    public const string JoinToken = "join-token";

    public string ValidToken { get; set; } = JoinToken;

    public const string GridName = "testing";

    public Guid Grid { get; }

    public Guid Node { get; private set; } = Guid.CreateVersion7();

    public string ProofKey { get; } = Convert.ToBase64String([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);

    public Uri Address { get; private set; } = new("http://localhost/");

    public ConcurrentDictionary<Guid, InstanceReport> Reports { get; } = [];

    public NodeFacts? Facts { get; private set; }

    public VolumeInventory? Volumes { get; private set; }

    public Heartbeat? Beat { get; private set; }

    public int Hellos { get; private set; }

    public DesiredSet Set
    {
        get
        {
            lock (_gate)
            {
                return _set;
            }
        }
    }

    /// <param name="port">0 for any; the port of an earlier one that the agent shall find again.</param>
    public static async Task<FakeMaster> StartAsync(Guid grid, NetworkOrder network, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddSignalR().AddJsonProtocol(json =>
            json.PayloadSerializerOptions.TypeInfoResolverChain.Insert(0, ProtocolJson.Default));
        FakeMaster? master = null;
        builder.Services.AddSingleton(_ => master!);
        var app = builder.Build();
        master = new(app, grid, network);
        app.MapPost(ProtocolPaths.Enrol, master.EnrolAsync);
        app.Use(async (context, next) =>
        {
            if (context.Request.Path.StartsWithSegments("/" + ProtocolPaths.Hub)
                && context.Request.Headers.Authorization != $"Bearer {master!._credential}")
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return;
            }
            await next();
        });
        app.MapHub<Hub>("/" + ProtocolPaths.Hub);
        await app.StartAsync();
        master.Address = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/");
        return master;
    }

    /// <summary>Changes what is wanted and says so to whoever is connected.</summary>
    public async Task WantAsync(params InstanceOrder[] orders)
    {
        lock (_gate)
        {
            _set = _set with { Generation = _set.Generation + 1, Instances = [.. orders] };
        }
        await _app.Services.GetRequiredService<IHubContext<Hub, IAgentClient>>().Clients.All.LookAgainAsync(_set.Generation);
    }

    /// <summary>A person removed the node: its credential is worth nothing, and who joins with a new token is another node.</summary>
    public void RemoveNode(string nextToken)
    {
        (_credential, ValidToken, Node) = ("another-credential", nextToken, Guid.CreateVersion7());
        lock (_gate)
        {
            _set = _set with { Generation = 1, Instances = [] };
        }
    }

    /// <summary>Begins where another master ended, as after its restart.</summary>
    public void TakeOver(FakeMaster other)
    {
        lock (_gate)
        {
            _set = other.Set;
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task EnrolAsync(HttpContext context)
    {
        var request = await JsonSerializer.DeserializeAsync(context.Request.Body, ProtocolJson.Default.EnrolRequest, context.RequestAborted);
        if (request is null || request.JoinToken != ValidToken)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            await context.Response.WriteAsJsonAsync(
                new ProtocolRefusal("bad_token", "The join token is not valid."), ProtocolJson.Default.ProtocolRefusal);
            return;
        }
        await context.Response.WriteAsJsonAsync(
            new EnrolAnswer(Node, _credential, request.Name, GridName, ProofKey), ProtocolJson.Default.EnrolAnswer);
    }

    internal sealed class Hub(FakeMaster master) : Hub<IAgentClient>, IMasterHub
    {
        public Task<Welcome> HelloAsync(Hello hello)
        {
            master.Hellos++;
            return Task.FromResult(new Welcome(null, master.Grid, GridName, master.Node, "host", 1, master.Set.DataGeneration));
        }

        public Task<DesiredSet> GetDesiredAsync(long since)
        {
            var set = master.Set;
            return Task.FromResult(set.Generation == since ? set with { Unchanged = true, Instances = [] } : set);
        }

        public Task ReportInstancesAsync(InstanceReports reports)
        {
            foreach (var report in reports.Instances)
            {
                master.Reports[report.InstanceId] = report;
            }
            return Task.CompletedTask;
        }

        public Task ReportNodeAsync(NodeFacts facts)
        {
            master.Facts = facts;
            return Task.CompletedTask;
        }

        public Task ReportVolumesAsync(VolumeInventory inventory)
        {
            master.Volumes = inventory;
            return Task.CompletedTask;
        }

        public Task HeartbeatAsync(Heartbeat beat)
        {
            master.Beat = beat;
            return Task.CompletedTask;
        }
    }
}
