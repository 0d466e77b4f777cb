using Kontena.Agent.Docker;
using Kontena.Agent.Images;
using Kontena.Agent.Networks;
using Kontena.Agent.Nodes;
using Kontena.Agent.Volumes;
using Kontena.Core.Protocol;

namespace Kontena.Agent.Services;

/// <summary>All that an instance needs is there: nothing of the old container was touched for it.</summary>
/// <param name="SpecHash">Of the container that would be made now.</param>
internal sealed record PreparedInstance(ImageInfo Image, string SpecHash, string? Warning);

/// <summary>Brings up containers, in the order in which a failure costs least: image, volumes and network before anything is taken down.</summary>
internal sealed class ContainerStart(
    IEngine engine, ImageStore images, InstanceVolumes volumes, GridNetwork grid, HookRunner hooks, HostPorts ports, ThisNode node) : IDisposable
{
    private const int ParallelStarts = 4;
    private readonly SemaphoreSlim _starts = new(ParallelStarts);

    public void Dispose() => _starts.Dispose();

    /// <exception cref="InstanceProblem">Something is missing; the message says what.</exception>
    public async Task<PreparedInstance> PrepareAsync(InstanceOrder order, NetworkOrder network, Action<string> doing, CancellationToken cancel)
    {
        var name = ContainerRendering.NameOf(order);
        var self = await node.WaitAsync(cancel);
        var pulled = await images.GetAsync(
            name, order.ServiceId, order.Spec.Image, order.Spec.Deploy.Pull, order.DeployRev, doing, cancel);
        await volumes.EnsureAsync(order, pulled.Image, cancel);
        if (ContainerRendering.OnGrid(order.Spec))
        {
            await grid.EnsureAsync(network, cancel);
        }
        var rendered = ContainerRendering.Render(order, self, network, pulled.Image, null);
        return new(pulled.Image, ContainerRendering.HashOf(rendered), pulled.Warning);
    }

    /// <summary>pre_start hooks, create, start, post_start hooks.</summary>
    /// <returns>A warning, or null.</returns>
    public async Task<string?> CreateAsync(
        InstanceOrder order, NetworkOrder network, PreparedInstance prepared, Action<string> doing, CancellationToken cancel)
    {
        await _starts.WaitAsync(cancel);
        try
        {
            var self = await node.WaitAsync(cancel);
            using var lease = ContainerRendering.OnGrid(order.Spec) ? await grid.ReserveAsync(network, cancel) : null;
            var container = ContainerRendering.Render(order, self, network, prepared.Image, lease);
            await hooks.PreStartAsync(order, self, container, doing, cancel);
            doing("starting");
            var id = await TryAsync(order, () => engine.CreateContainerAsync(container, cancel), cancel);
            return await StartAsync(order, id, doing, cancel);
        }
        finally
        {
            _starts.Release();
        }
    }

    /// <summary>Starts a container that exists and does not run.</summary>
    /// <returns>A warning, or null.</returns>
    public async Task<string?> StartAgainAsync(
        InstanceOrder order, NetworkOrder network, string containerId, bool withHooks, Action<string> doing, CancellationToken cancel)
    {
        await _starts.WaitAsync(cancel);
        try
        {
            if (withHooks && order.Spec.Hooks.PreStart.Length > 0)
            {
                var prepared = await PrepareAsync(order, network, doing, cancel);
                var self = await node.WaitAsync(cancel);
                var container = ContainerRendering.Render(order, self, network, prepared.Image, null);
                await hooks.PreStartAsync(order, self, container, doing, cancel);
            }
            doing("starting");
            return await StartAsync(withHooks ? order : WithoutHooks(order), containerId, doing, cancel);
        }
        finally
        {
            _starts.Release();
        }
    }

    private async Task<string?> StartAsync(InstanceOrder order, string id, Action<string> doing, CancellationToken cancel)
    {
        await TryAsync(order, async () =>
        {
            await engine.StartContainerAsync(id, cancel);
            return id;
        }, cancel);
        return await hooks.PostStartAsync(order, id, doing, cancel);
    }

    private async Task<string> TryAsync(InstanceOrder order, Func<Task<string>> act, CancellationToken cancel)
    {
        try
        {
            return await act();
        }
        catch (EngineException e) when (e.Fault is not EngineFault.Unavailable)
        {
            var holders = await ports.HoldersAsync(order, cancel);
            throw new InstanceProblem(
                EngineWords.CannotStart(ContainerRendering.NameOf(order), order.Spec.Image, e.Message, holders.GetValueOrDefault), e);
        }
    }

    private static InstanceOrder WithoutHooks(InstanceOrder order) => order with { Spec = order.Spec with { Hooks = new() } };
}
