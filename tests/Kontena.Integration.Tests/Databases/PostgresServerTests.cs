using Kontena.TestKit.Databases;
using Npgsql;
using Xunit;

namespace Kontena.Integration.Tests.Databases;

public sealed class PostgresServerTests(PostgresFixture postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_test_gets_an_empty_database_of_its_own()
    {
        var first = await postgres.CreateDatabaseAsync(Cancel);
        var second = await postgres.CreateDatabaseAsync(Cancel);
        await RunAsync(first, "CREATE TABLE t (id int)");
        await RunAsync(second, "CREATE TABLE t (id int)");
        Assert.NotEqual(first, second);
    }

    private static async Task RunAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Cancel);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
