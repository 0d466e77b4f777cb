using Kontena.Agent.Docker;
using Kontena.Core.Protocol;

namespace Kontena.Agent.Services;

/// <summary>Ends containers of ours. Data stays: volumes go with a container only where nobody could miss them.</summary>
internal sealed class ContainerStop(IEngine engine, HookRunner hooks)
{
    public static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(10);
    private const int AnonymousNameLength = 64;

    /// <summary>pre_stop hooks, stop signal, and after the grace period the kill.</summary>
    public async Task StopAsync(InstanceOrder order, ContainerInfo container, bool withHooks, CancellationToken cancel)
    {
        if (!container.Running)
        {
            return;
        }
        if (withHooks)
        {
            await hooks.PreStopAsync(order, container.Id, cancel);
        }
        await engine.StopContainerAsync(container.Id, order.Spec.StopGrace ?? DefaultGrace, cancel);
    }

    /// <param name="stateful">By the order or, without one, by the container's label.</param>
    public async Task RemoveAsync(ContainerInfo container, bool stateful, CancellationToken cancel)
    {
        await engine.RemoveContainerAsync(container.Id, !stateful && await OnlyAnonymousAsync(container, cancel), cancel);
    }

    /// <summary>Whether every volume was made up by the engine for this container and is nothing that we keep track of.</summary>
    private async Task<bool> OnlyAnonymousAsync(ContainerInfo container, CancellationToken cancel)
    {
        foreach (var use in container.Volumes)
        {
            if (use.Name.Length != AnonymousNameLength || !use.Name.All(char.IsAsciiHexDigitLower)
                || await engine.FindVolumeAsync(use.Name, cancel) is { } volume && volume.Labels.ContainsKey(Labels.VolumeUid))
            {
                return false;
            }
        }
        return container.Volumes.Length > 0;
    }
}
