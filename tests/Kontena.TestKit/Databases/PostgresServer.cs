using System.Security.Cryptography;
using Kontena.TestKit.Processes;
using Npgsql;

namespace Kontena.TestKit.Databases;

/// <summary>A PostgreSQL of the test's own: a temporary folder, a free loopback port, gone when the test ends.</summary>
/// <remarks>PostgreSQL refuses to run as root; there it runs as the user <c>postgres</c> or <c>daemon</c>.</remarks>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Administrator = "kontena";
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private readonly string _folder;
    private readonly string _password;
    private readonly int _port;
    private ChildProcess _process;
    private int _databases;

    private PostgresServer(string folder, string password, int port, ChildProcess process)
    {
        (_folder, _password, _port, _process) = (folder, password, port, process);
    }

    /// <summary>Null when it can be started; otherwise what is missing and how to get it.</summary>
    public static string? Missing =>
        Binaries is null ? "no PostgreSQL in /usr/lib/postgresql; on Debian or Ubuntu: apt-get install postgresql"
        : Environment.IsPrivilegedProcess && Unprivileged is null ? "no unprivileged user to run it as"
        : null;

    private static string? Binaries { get; } = FindBinaries();

    private static string? Unprivileged { get; } = FindUser();

    public static async Task<PostgresServer> StartAsync(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("kontena-test-postgres-").FullName;
        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var passwordFile = Path.Combine(folder, "password");
        await File.WriteAllTextAsync(passwordFile, password, cancel);
        if (Environment.IsPrivilegedProcess)
        {
            await ChildProcess.RunAsync("chown", ["-R", $"{Unprivileged}:", folder], folder, cancel);
        }
        await using (var init = Run(
            "initdb", "-D", Path.Combine(folder, "data"), "-U", Administrator, "--pwfile", passwordFile,
            "-A", "scram-sha-256", "-E", "UTF8", "--locale", "C", "--no-sync"))
        {
            await init.WaitAsync(cancel);
            if (init.ExitCode != 0)
            {
                throw new InvalidOperationException($"initdb ended with {init.ExitCode}:{Environment.NewLine}{init.Output}");
            }
        }
        var port = FreePort.Next();
        var server = new PostgresServer(folder, password, port, Serve(folder, port));
        await server.UntilItAnswersAsync(cancel);
        return server;
    }

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancel)
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(ConnectionTo("postgres"));
        await connection.OpenAsync(cancel);
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await create.ExecuteNonQueryAsync(cancel);
        return ConnectionTo(name);
    }

    /// <summary>As after a power cut: no shutdown, open transactions are lost.</summary>
    public Task CrashAsync() => _process.StopAsync(Signal.Quit, TimeSpan.FromSeconds(30));

    /// <summary>Starts it again on the same data and port after <see cref="CrashAsync"/>.</summary>
    public async Task RestartAsync(CancellationToken cancel)
    {
        await _process.DisposeAsync();
        _process = Serve(_folder, _port);
        await UntilItAnswersAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync(Signal.Interrupt, TimeSpan.FromSeconds(30)); // fast shutdown: open sessions are ended
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private string ConnectionTo(string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = _port,
            Username = Administrator,
            Password = _password,
            Database = database,
            Pooling = true,
            MaxPoolSize = 20,
        }.ConnectionString;

    private Task UntilItAnswersAsync(CancellationToken cancel) =>
        Eventually.UntilAsync(
            async token =>
            {
                if (_process.HasExited)
                {
                    throw new InvalidOperationException($"It ended with {_process.ExitCode}.");
                }
                await using var connection = new NpgsqlConnection(ConnectionTo("postgres") + ";Pooling=false;Timeout=5");
                await connection.OpenAsync(token);
                return true;
            },
            StartPatience, $"PostgreSQL answers on port {_port}", cancel, () => _process.Output);

    /// <summary>Durability is switched off: a test's data needs to survive a crash of the server, not of the machine.</summary>
    private static ChildProcess Serve(string folder, int port) => Run(
        "postgres", "-D", Path.Combine(folder, "data"), "-p", $"{port}",
        "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=200",
        "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "shared_buffers=32MB");

    /// <summary>setpriv replaces itself with the program, so the id of the process is the server's.</summary>
    private static ChildProcess Run(string program, params string[] arguments)
    {
        var path = Path.Combine(Binaries!, program);
        return Environment.IsPrivilegedProcess
            ? ChildProcess.Start(
                program, "setpriv",
                [$"--reuid={Unprivileged}", $"--regid={Unprivileged}", "--clear-groups", path, .. arguments], "/")
            : ChildProcess.Start(program, path, arguments, "/");
    }

    private static string? FindBinaries() =>
        !Directory.Exists("/usr/lib/postgresql")
            ? null
            : Directory.EnumerateDirectories("/usr/lib/postgresql")
                .Where(version => File.Exists(Path.Combine(version, "bin", "initdb")))
                .OrderByDescending(version => int.TryParse(Path.GetFileName(version), out var number) ? number : 0)
                .Select(version => Path.Combine(version, "bin"))
                .FirstOrDefault();

    /// <summary>A user that has a group of the same name, as <c>setpriv</c> is told both.</summary>
    private static string? FindUser()
    {
        var groups = Names("/etc/group").ToHashSet(StringComparer.Ordinal);
        return new[] { "postgres", "daemon" }.FirstOrDefault(user => Names("/etc/passwd").Contains(user) && groups.Contains(user));

        static IEnumerable<string> Names(string file) => File.ReadLines(file).Select(line => line.Split(':')[0]);
    }
}
