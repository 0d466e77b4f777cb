using System.Globalization;

namespace Kontena.TestKit.Processes;

/// <summary>A real master with a data folder of its own on a free port. It can be killed and started again on the same data.</summary>
public sealed class MasterProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);
    private readonly TemporaryFolder _data = new("master");
    private readonly IReadOnlyDictionary<string, string?> _environment;
    private readonly int _port = FreePort.Next();
    private ChildProcess _process;

    private MasterProcess(string? postgres, IReadOnlyDictionary<string, string>? settings)
    {
        Postgres = postgres;
        var environment = new Dictionary<string, string?>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Kontena__Data"] = _data.Path,
            ["Kontena__LocalAgent"] = "true",
            ["ConnectionStrings__Postgres"] = postgres, // not on the command line, which everybody can read
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }
        _environment = environment;
        _process = Start();
    }

    public Uri Address => new($"http://localhost:{_port.ToString(CultureInfo.InvariantCulture)}/");

    /// <summary>Everything that the master keeps, save what is in PostgreSQL.</summary>
    public string Data => _data.Path;

    /// <summary>Connection string; null: SQLite in the data folder.</summary>
    public string? Postgres { get; }

    public string Output => _process.Output;

    /// <summary>Makes the first administrator; there only while there is none.</summary>
    public string SetupCode => File.ReadAllText(_data.At("setup-code")).Trim();

    /// <summary>For an agent on the master's own machine.</summary>
    public string JoinToken => File.ReadAllText(_data.At("local-join-token")).Trim();

    /// <param name="postgres">Connection string; null: SQLite in the data folder.</param>
    /// <param name="settings">Further configuration: <c>Deploys:PassEvery</c> and the like.</param>
    public static async Task<MasterProcess> StartAsync(
        CancellationToken cancel, string? postgres = null, IReadOnlyDictionary<string, string>? settings = null)
    {
        var master = new MasterProcess(postgres, settings);
        await master.UntilHealthyAsync(cancel);
        return master;
    }

    /// <summary>SIGKILL: whatever it was doing is cut off.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>As Ctrl-C or the end of its container does it.</summary>
    public Task StopAsync() => _process.StopAsync(Signal.Terminate, StopPatience);

    /// <summary>After its end: the same data, the same port.</summary>
    public async Task StartAgainAsync(CancellationToken cancel)
    {
        await _process.DisposeAsync();
        _process = Start();
        await UntilHealthyAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _process.DisposeAsync();
        _data.Dispose();
    }

    private ChildProcess Start() => ChildProcess.Start(
        "the master", "dotnet", [BuiltProgram.Of("Kontena.Web"), "--urls", Address.ToString()], _data.Path, _environment);

    private async Task UntilHealthyAsync(CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
        await Eventually.UntilAsync(
            async token =>
            {
                if (_process.HasExited)
                {
                    throw new InvalidOperationException($"The master ended with {_process.ExitCode}.");
                }
                using var answer = await http.GetAsync(new Uri("healthz", UriKind.Relative), token);
                return answer.IsSuccessStatusCode;
            },
            StartPatience, $"the master is healthy at {Address}", cancel, () => Output);
    }
}
