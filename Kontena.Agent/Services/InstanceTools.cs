using Kontena.Agent.Docker;
using Kontena.Agent.Master;
using Kontena.Agent.Networks;
using Kontena.Agent.Nodes;
using Microsoft.Extensions.Logging;

namespace Kontena.Agent.Services;

/// <summary>What every instance worker works with.</summary>
internal sealed record InstanceTools(
    IEngine Engine, ContainerStart Start, ContainerStop Stop, GridNetwork Grid, HookRunner Hooks, ReadinessProbe Probe,
    StateStore Store, ReportOutbox Outbox, ThisNode Node, StartGate Gate, TimeProvider Time, ILoggerFactory Loggers);
