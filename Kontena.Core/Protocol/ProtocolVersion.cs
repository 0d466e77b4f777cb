namespace Kontena.Core.Protocol;

/// <summary>The version of what master and agent say to each other. Fields are added, never renamed or reused.</summary>
public static class ProtocolVersion
{
    public const int Current = 1;

    /// <summary>The oldest one that this build still speaks.</summary>
    public const int Oldest = 1;
}

/// <summary>Addresses on the master that agents call. All relative to its base address.</summary>
public static class ProtocolPaths
{
    /// <summary>POST <see cref="EnrolRequest"/>; answers <see cref="EnrolAnswer"/>, or 401/409 with <see cref="ProtocolRefusal"/>.</summary>
    public const string Enrol = "agent/v1/enrol";

    /// <summary>The SignalR hub <see cref="IMasterHub"/>; WebSockets only; bearer: the node's credential.</summary>
    public const string Hub = "agent/v1/hub";

    /// <summary>The binary WebSocket of <see cref="Logs.TelemetryFrame"/>s; bearer: the node's credential.</summary>
    public const string Telemetry = "agent/v1/telemetry";
}
