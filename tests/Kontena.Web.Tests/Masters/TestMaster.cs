using System.Collections.Immutable;
using Kontena.Core.Problems;
using Kontena.TestKit;
using Kontena.TestKit.Agents;
using Kontena.TestKit.Databases;
using Kontena.Web.Data;
using Kontena.Web.Identity;
using Kontena.Web.Nodes;
using Kontena.Web.Stacks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace Kontena.Web.Tests.Masters;

public enum DatabaseKind
{
    Sqlite,
    Postgres,
}

/// <summary>A whole master in this process, on a database of its own.</summary>
internal sealed class TestMaster : IAsyncDisposable
{
    private readonly TemporaryFolder _data = new("web-tests");
    private readonly WebApplicationFactory<Program> _factory;

    private TestMaster(string? postgres) => _factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
    {
        host.UseEnvironment("Production");
        host.UseSetting("Kontena:Data", _data.Path);
        host.ConfigureLogging(logging => logging.ClearProviders());
        if (postgres is not null)
        {
            host.UseSetting("ConnectionStrings:Postgres", postgres);
        }
    });

    public IServiceProvider Services => _factory.Services;

    public string Data => _data.Path;

    /// <summary>May do everything.</summary>
    public Actor Anna { get; } = new(ActorKind.User, Guid.CreateVersion7(), "Anna", true, ImmutableDictionary<Guid, GridRole>.Empty);

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<TestMaster> StartAsync(DatabaseKind kind, PostgresFixture postgres)
    {
        var master = new TestMaster(kind is DatabaseKind.Postgres ? await postgres.CreateDatabaseAsync(Cancel) : null);
        _ = master._factory.Server; // starts it
        return master;
    }

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    public KontenaDb OpenDb() => Get<IDbContextFactory<KontenaDb>>().CreateDbContext();

    public HttpClient Client() => _factory.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });

    public HttpMessageHandler Handler() => _factory.Server.CreateHandler();

    public Uri Address => _factory.Server.BaseAddress;

    public async ValueTask<System.Net.WebSockets.WebSocket> SocketAsync(Uri address, string? bearer, CancellationToken cancel)
    {
        var sockets = _factory.Server.CreateWebSocketClient();
        if (bearer is not null)
        {
            sockets.ConfigureRequest = request => request.Headers.Authorization = $"Bearer {bearer}";
        }
        return await sockets.ConnectAsync(address, cancel);
    }

    /// <summary>Joins a simulated node to the grid <c>default</c>.</summary>
    public async Task<SimulatedAgent> JoinAsync(string name, params string[] labels)
    {
        var token = (await Get<AddNode>().HandleAsync("default", Anna, Cancel)).Value!.Token;
        return await SimulatedAgent.JoinAsync(Address, token, name, Cancel, Handler(),
            async (context, cancel) => await SocketAsync(context.Uri, (await context.Options.AccessTokenProvider!())!, cancel), labels);
    }

    /// <summary>Saves a file as a new stack or as the next revision.</summary>
    public async Task<SavedStack> SaveAsync(string yaml, int basedOn = 0, Actor? actor = null) =>
        Value(await Get<SaveStack>().HandleAsync(Request(yaml, basedOn), actor ?? Anna, Cancel));

    public static SaveStackRequest Request(string yaml, int basedOn = 0, string? stack = null) => new(
        "default", stack, "kontena.yml", ImmutableSortedDictionary<string, string>.Empty.Add("kontena.yml", yaml), ImmutableSortedDictionary<string, string>.Empty, basedOn);

    public static T Value<T>(Result<T> result)
        where T : notnull
    {
        Assert.True(result.Ok, result.Problem?.Message);
        return result.Value;
    }

    /// <summary>Waits until the database shows something.</summary>
    public async Task UntilAsync(Func<KontenaDb, Task<bool>> condition, string what) =>
        await Eventually.UntilAsync(async _ =>
        {
            await using var db = OpenDb();
            return await condition(db);
        }, TimeSpan.FromSeconds(30), what, Cancel);

    public async ValueTask DisposeAsync()
    {
        await _factory.DisposeAsync();
        _data.Dispose();
    }
}
