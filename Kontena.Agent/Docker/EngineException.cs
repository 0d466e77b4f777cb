namespace Kontena.Agent.Docker;

internal enum EngineFault
{
    /// <summary>The thing that the call was about does not exist.</summary>
    Gone,

    /// <summary>Something else has the name, or the thing is in a state that does not allow it.</summary>
    Conflict,

    /// <summary>The engine understood the call and refused or failed it; trying again unchanged is of little use.</summary>
    Refused,

    /// <summary>The engine cannot be reached, or did not answer in time; trying again later is right.</summary>
    Unavailable,
}

/// <summary>A call to the engine failed. The message is the engine's own, without its wrapping.</summary>
internal sealed class EngineException(EngineFault fault, string message, Exception? cause = null) : Exception(message, cause)
{
    public EngineFault Fault { get; } = fault;
}
