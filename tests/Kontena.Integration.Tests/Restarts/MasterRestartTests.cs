using Kontena.TestKit.Databases;
using Kontena.TestKit.Processes;
using Xunit;

namespace Kontena.Integration.Tests.Restarts;

public sealed class MasterRestartTests(PostgresFixture postgres)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_killed_master_starts_again_on_its_data_with_another_setup_code(bool onPostgres)
    {
        var database = onPostgres ? await postgres.CreateDatabaseAsync(Cancel) : null;
        await using var master = await MasterProcess.StartAsync(Cancel, database);
        var (code, token) = (master.SetupCode, master.JoinToken);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Path.Combine(master.Data, "setup-code")));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(Path.Combine(master.Data, "local-join-token")));
        Assert.Equal(onPostgres, !File.Exists(Path.Combine(master.Data, "kontena.db")));

        await master.KillAsync();
        await master.StartAgainAsync(Cancel);

        Assert.NotEqual(code, master.SetupCode);
        Assert.NotEqual(token, master.JoinToken);
    }

    [Fact]
    public async Task A_secret_never_reaches_the_output()
    {
        var database = await postgres.CreateDatabaseAsync(Cancel);
        await using var master = await MasterProcess.StartAsync(Cancel, database);
        var (code, token) = (master.SetupCode, master.JoinToken);
        await master.StopAsync();

        Assert.DoesNotContain(code, master.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(token, master.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(new Npgsql.NpgsqlConnectionStringBuilder(database).Password!, master.Output, StringComparison.Ordinal);
    }
}
