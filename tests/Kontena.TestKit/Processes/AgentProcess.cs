namespace Kontena.TestKit.Processes;

/// <summary>A real agent on the engine of this machine, with a data folder of its own. It can be killed and started again.</summary>
public sealed class AgentProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);
    private readonly TemporaryFolder _data = new("agent");
    private readonly Uri _master;
    private readonly string _name;
    private ChildProcess _process;

    private AgentProcess(MasterProcess master, string name)
    {
        (_master, _name) = (master.Address, name);
        File.WriteAllText(_data.At("join-token"), master.JoinToken);
        _process = Start();
    }

    public string Output => _process.Output;

    public bool HasExited => _process.HasExited;

    /// <summary>Joins with the token that the master made for its own machine. Whether it is online is for the master to say.</summary>
    /// <param name="name">Of the node.</param>
    public static AgentProcess Start(MasterProcess master, string name) => new(master, name);

    /// <summary>SIGKILL: whatever it was doing is cut off. Containers stay.</summary>
    public Task KillAsync() => _process.KillAsync();

    public Task StopAsync() => _process.StopAsync(Signal.Terminate, StopPatience);

    /// <summary>It stays, and says and does nothing until <see cref="Continue"/>.</summary>
    public void Freeze() => _process.Send(Signal.Freeze);

    public void Continue() => _process.Send(Signal.Continue);

    /// <summary>After its end, on the same data.</summary>
    public async Task StartAgainAsync()
    {
        await _process.DisposeAsync();
        _process = Start();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _process.DisposeAsync();
        _data.Dispose();
    }

    private ChildProcess Start() => ChildProcess.Start(
        "the agent", "dotnet",
        [
            BuiltProgram.Of("Kontena.Agent"), "--master", _master.ToString(), "--data", _data.At("data"), "--name", _name,
            "--token-file", _data.At("join-token"),
        ],
        _data.Path);
}
