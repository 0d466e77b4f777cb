using Kontena.Core.Logs;
using Kontena.Core.Services;
using Kontena.TestKit;
using Kontena.Web.Agents;
using Kontena.Web.Data;
using Kontena.Web.Grids;
using Kontena.Web.Identity;
using Kontena.Web.Logs;
using Kontena.Web.Nodes;
using Kontena.Web.Services;
using Kontena.Web.Stacks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Kontena.Integration.Tests.Telemetry;

/// <summary>A master in this process on a real port, with one node and one service of one instance.</summary>
internal sealed class TelemetryMaster : IAsyncDisposable
{
    private readonly TemporaryFolder _data;
    private readonly Factory _factory;

    private TelemetryMaster(TemporaryFolder data, string? postgres, LogStoreKind store, Action<IWebHostBuilder>? configure)
    {
        _data = data;
        _factory = new Factory(builder =>
        {
            builder.UseEnvironment("Production").UseSetting("Kontena:Data", data.Path).UseSetting("Logs:Store", store.ToString());
            builder.ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
            if (postgres is not null)
            {
                builder.UseSetting("ConnectionStrings:Postgres", postgres);
            }
            configure?.Invoke(builder);
        });
        _factory.UseKestrel(0);
        _factory.StartServer();
        Address = new(_factory.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features
            .Get<Microsoft.AspNetCore.Hosting.Server.Features.IServerAddressesFeature>()!.Addresses.First().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
    }

    public Uri Address { get; }

    public IServiceProvider Services => _factory.Services;

    public TemporaryFolder Data => _data;

    public required Guid GridId { get; init; }

    public required Guid NodeId { get; init; }

    public required string Credential { get; init; }

    public required Guid ServiceId { get; init; }

    public required Guid InstanceId { get; init; }

    public static ServicePath Path { get; } = new("default", "shop", "web");

    public Actor Administrator { get; } = new(ActorKind.User, Guid.CreateVersion7(), "ada", true, System.Collections.Immutable.ImmutableDictionary<Guid, GridRole>.Empty);

    public static async Task<TelemetryMaster> StartAsync(
        CancellationToken cancel, string? postgres = null, LogStoreKind store = LogStoreKind.Files, Action<IWebHostBuilder>? configure = null)
    {
        var master = new TelemetryMaster(new TemporaryFolder("telemetry"), postgres, store, configure)
        {
            GridId = default, NodeId = default, Credential = "", ServiceId = default, InstanceId = default,
        };
        await using var db = await master.Services.GetRequiredService<IDbContextFactory<KontenaDb>>().CreateDbContextAsync(cancel);
        var now = DateTimeOffset.UnixEpoch.AddYears(56);
        var grid = await db.Grids.SingleAsync(g => g.Name == "default", cancel);
        var node = new HostNode { GridId = grid.Id, Number = 1, Name = "oak", EngineId = "e", CredentialHash = [], ProofKey = [], CreatedAt = now };
        var credential = NodeCredential.New(node.Id);
        node.CredentialHash = NodeCredential.Hash(credential);
        var stack = new Stack { GridId = grid.Id, Name = Path.Stack, CreatedAt = now };
        var service = new Service
        {
            GridId = grid.Id, StackId = stack.Id, Name = Path.Service, Instances = 1, CreatedAt = now, ChangedAt = now,
            Spec = new ServiceSpec { Name = Path.Service, Image = "web:1" },
        };
        var instance = new ServiceInstance { GridId = grid.Id, ServiceId = service.Id, Number = 1 };
        instance.MoveTo(node.Id);
        db.AddRange(node, stack, service, instance);
        await db.SaveChangesAsync(cancel);
        return new(master, grid.Id, node.Id, credential, service.Id, instance.Id);
    }

    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    private TelemetryMaster(TelemetryMaster started, Guid grid, Guid node, string credential, Guid service, Guid instance)
    {
        (_data, _factory, Address) = (started._data, started._factory, started.Address);
        (GridId, NodeId, Credential, ServiceId, InstanceId) = (grid, node, credential, service, instance);
    }

    /// <summary>Without any node or service; a join token lies in the data folder.</summary>
    public static async Task<TelemetryMaster> StartEmptyAsync(CancellationToken cancel)
    {
        var master = new TelemetryMaster(new TemporaryFolder("telemetry"), null, LogStoreKind.Files, builder => builder.UseSetting("Kontena:LocalAgent", "true"))
        {
            GridId = default, NodeId = default, Credential = "", ServiceId = default, InstanceId = default,
        };
        await using var db = await master.Services.GetRequiredService<IDbContextFactory<KontenaDb>>().CreateDbContextAsync(cancel);
        return new(master, (await db.Grids.SingleAsync(cancel)).Id, default, "", default, default);
    }

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Every stored line, the earliest first, read page by page as a viewer does.</summary>
    public async Task<List<LiveLine>> AllLinesAsync(CancellationToken cancel, int pageSize = 700, ServicePath? path = null)
    {
        var lines = new List<LiveLine>();
        string? before = null;
        while (true)
        {
            var page = (await Get<ReadLogs>().HandleAsync(path ?? Path, null, before, pageSize, Administrator, cancel)).Value!;
            lines.InsertRange(0, page.Lines);
            if (!page.More || page.Lines.Count == 0)
            {
                return lines;
            }
            before = page.Lines[0].Id;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _factory.DisposeAsync();
        _data.Dispose();
    }

    private sealed class Factory(Action<IWebHostBuilder> configure) : WebApplicationFactory<TelemetryEndpoint>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder) => configure(builder);
    }
}

/// <summary>Makes blocks as an agent does.</summary>
internal static class Blocks
{
    public static string Container(char digit) => new(digit, 64);

    /// <summary>Lines <c>line N</c> for each number; a line's time is its number in milliseconds.</summary>
    public static byte[] Of(LogStreamKey stream, long sequence, IEnumerable<int> numbers, LogSource source = LogSource.Stdout)
    {
        var builder = new LogBlockBuilder();
        var last = 0L;
        foreach (var number in numbers)
        {
            last = number * 1_000_000L;
            builder.Add(new(last, source, false, System.Text.Encoding.UTF8.GetBytes($"line {number}")));
        }
        return builder.Seal(stream, sequence, new LogCursor(last, 1, 0, 0));
    }
}
