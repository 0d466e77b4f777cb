namespace Kontena.Agent.Docker;

/// <summary>Whether the engine answers, for the heartbeat and for whoever would otherwise blame a container.</summary>
internal sealed class EngineHealth
{
    private string? _problem;

    /// <summary>Null while the engine answers.</summary>
    public string? Problem => Volatile.Read(ref _problem);

    public void Answered() => Volatile.Write(ref _problem, null);

    public void Failed(string why) => Volatile.Write(ref _problem, why);
}
