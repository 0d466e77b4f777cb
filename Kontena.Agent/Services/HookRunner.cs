using System.Collections.Immutable;
using System.Security.Cryptography;
using Kontena.Agent.Docker;
using Kontena.Agent.Nodes;
using Kontena.Core.Protocol;
using Kontena.Core.Services;
using Microsoft.Extensions.Logging;

namespace Kontena.Agent.Services;

/// <summary>Runs the hooks of services: pre_start in a throw-away container, the others in the instance's own.</summary>
internal sealed partial class HookRunner(IEngine engine, StateStore store, ILogger<HookRunner> logger)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private const int TailLines = 5;

    /// <exception cref="InstanceProblem">A hook failed; the instance must not start.</exception>
    public async Task PreStartAsync(
        InstanceOrder order, NodeContext node, ContainerSpec container, Action<string> doing, CancellationToken cancel)
    {
        foreach (var hook in Due(order, order.Spec.Hooks.PreStart))
        {
            doing($"running the hook '{hook.Name}'");
            var suffix = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
            var id = await engine.CreateContainerAsync(ContainerRendering.Hook(order, node, container, hook.Command, suffix), cancel);
            try
            {
                await engine.StartContainerAsync(id, cancel);
                var code = await engine.WaitContainerAsync(id, Limit, cancel);
                if (code != 0)
                {
                    throw new InstanceProblem($"{container.Name} does not start: its pre_start hook '{hook.Name}' ended with exit code {code}"
                        + Quote(await engine.TailAsync(id, TailLines, cancel)));
                }
            }
            catch (EngineException e) when (e.Fault is not EngineFault.Unavailable)
            {
                throw new InstanceProblem($"{container.Name} does not start: its pre_start hook '{hook.Name}' could not be run: "
                    + EngineWords.Sentence(e.Message), e);
            }
            finally
            {
                // Also when the order changed meanwhile: a hook that nobody waits for must not go on beside its successor.
                await engine.RemoveContainerAsync(id, withAnonymousVolumes: !order.Spec.Stateful, CancellationToken.None);
            }
            Done(order, hook);
        }
    }

    /// <returns>What went wrong with a hook that is not required; null when nothing did.</returns>
    /// <exception cref="InstanceProblem">A required hook failed.</exception>
    public async Task<string?> PostStartAsync(InstanceOrder order, string containerId, Action<string> doing, CancellationToken cancel)
    {
        foreach (var hook in Due(order, order.Spec.Hooks.PostStart))
        {
            doing($"running the hook '{hook.Name}'");
            if (await ExecAsync(hook, containerId, cancel) is { } failure)
            {
                var message = $"{ContainerRendering.NameOf(order)}: its post_start hook '{hook.Name}' {failure}";
                HookFailed(message);
                return hook.Required ? throw new InstanceProblem(message) : message;
            }
            Done(order, hook);
        }
        return null;
    }

    /// <summary>A failure is logged; the stop goes on.</summary>
    public async Task PreStopAsync(InstanceOrder order, string containerId, CancellationToken cancel)
    {
        foreach (var hook in Due(order, order.Spec.Hooks.PreStop))
        {
            if (await ExecAsync(hook, containerId, cancel) is { } failure)
            {
                HookFailed($"{ContainerRendering.NameOf(order)}: its pre_stop hook '{hook.Name}' {failure}");
                return;
            }
            Done(order, hook);
        }
    }

    public ImmutableArray<string> OneshotsDone(InstanceOrder order) =>
        [.. order.OneshotsDone.Union(store.Remember(order.InstanceId).OneshotsDone).Order(StringComparer.Ordinal)];

    private async Task<string?> ExecAsync(ServiceHook hook, string containerId, CancellationToken cancel)
    {
        try
        {
            var result = await engine.ExecAsync(containerId, ["/bin/sh", "-c", hook.Command], Limit, cancel);
            return result.ExitCode == 0 ? null : $"ended with exit code {result.ExitCode}" + Quote(result.Output);
        }
        catch (EngineException e)
        {
            return "could not be run: " + EngineWords.Sentence(e.Message);
        }
    }

    private IEnumerable<ServiceHook> Due(InstanceOrder order, ImmutableArray<ServiceHook> hooks)
    {
        var done = OneshotsDone(order);
        return hooks.Where(h => h.RunsFor(order.Number) && !(h.Oneshot && done.Contains(h.Name)));
    }

    /// <summary>After it succeeded, not before: a failed one-shot runs again with the next deploy.</summary>
    private void Done(InstanceOrder order, ServiceHook hook)
    {
        if (hook.Oneshot)
        {
            store.Change(order.InstanceId, m => m with { OneshotsDone = [.. m.OneshotsDone.Union([hook.Name])] });
        }
    }

    private static string Quote(string output)
    {
        var end = string.Join(" / ", output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).TakeLast(TailLines));
        end = end.Length > 400 ? "…" + end[^400..] : end;
        return end.Length == 0 ? "." : $": {end}";
    }

    [LoggerMessage(LogLevel.Warning, "{Message}")]
    private partial void HookFailed(string message);
}
