using Xunit;

namespace Kontena.TestKit.Databases;

/// <summary>One PostgreSQL for all tests of an assembly, started by the first that asks.</summary>
/// <remarks><c>[assembly: AssemblyFixture(typeof(PostgresFixture))]</c>, then take it in a test class's constructor.</remarks>
public sealed class PostgresFixture : IAsyncLifetime
{
    private readonly SemaphoreSlim _gate = new(1);
    private PostgresServer? _server;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>An empty database; skips or fails the running test where there is no PostgreSQL.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancel) =>
        await (await ServerAsync(cancel)).CreateDatabaseAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
        _gate.Dispose();
    }

    private async Task<PostgresServer> ServerAsync(CancellationToken cancel)
    {
        Requirement.Check(Requirement.Postgres, PostgresServer.Missing);
        await _gate.WaitAsync(cancel);
        try
        {
            return _server ??= await PostgresServer.StartAsync(cancel);
        }
        finally
        {
            _gate.Release();
        }
    }
}
