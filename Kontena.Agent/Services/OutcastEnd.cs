using Kontena.Agent.Docker;
using Microsoft.Extensions.Logging;

namespace Kontena.Agent.Services;

/// <summary>Ends the container of an instance that the master has not named for long. Data and, with data, the container stay.</summary>
internal sealed partial class OutcastEnd(IEngine engine, ContainerStop stop, ILogger<OutcastEnd> logger)
{
    public async Task RunAsync(ManagedContainer container, ContainerIdentity identity, CancellationToken cancel)
    {
        if (await engine.FindContainerAsync(container.Id, cancel) is not { } found)
        {
            return;
        }
        if (found.Running)
        {
            UnlistedStopped(found.Name);
            await engine.StopContainerAsync(found.Id, identity.StopGrace, cancel);
        }
        if (!identity.Stateful)
        {
            await stop.RemoveAsync(found, stateful: false, cancel);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Container} is stopped: the master has not named its instance for at least five minutes")]
    private partial void UnlistedStopped(string container);
}
