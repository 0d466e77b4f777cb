using System.Net;
using System.Net.Sockets;

namespace Kontena.TestKit.Processes;

public static class FreePort
{
    /// <summary>A TCP port of the loopback address that nobody uses now. Somebody may take it before the caller does; callers try again.</summary>
    public static int Next()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
