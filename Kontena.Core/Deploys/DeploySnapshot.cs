using System.Collections.Immutable;
using Kontena.Core.Services;

namespace Kontena.Core.Deploys;

public enum DeployState
{
    Created,
    Ongoing,
    Success,
    Error,

    /// <summary>Ended before it started: superseded, cancelled, or the service did not run.</summary>
    Aborted,
}

public enum InstanceDeployState
{
    Created,
    Ongoing,
    Success,
    Error,
}

/// <summary>How far one instance has come in a deploy. Kept for resuming and for the page.</summary>
public enum InstanceDeployStep
{
    Waiting,

    /// <summary>The old container must end before the new one starts; only when the node changes.</summary>
    StopOld,

    /// <summary>The agent has the order.</summary>
    Start,

    /// <summary>It runs and must stay ready for the watch window.</summary>
    Verify,
    Done,
}

/// <summary>One running deploy of one service, as the step function sees it.</summary>
public sealed record DeploySnapshot
{
    public required ServiceSpec Spec { get; init; }

    public required long DeployRev { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>How many instances the service has after this deploy.</summary>
    public required int Count { get; init; }

    /// <summary>The service was stopped, or a person cancelled.</summary>
    public bool Aborted { get; init; }

    /// <summary>One for each instance that the plan names.</summary>
    public required ImmutableArray<InstanceProgress> Instances { get; init; }

    /// <summary>Rows that the plan removes: they end last, after the others are up, unless <see cref="RemovedRow.Blocks"/>.</summary>
    public ImmutableArray<RemovedRow> Removed { get; init; } = [];
}

public sealed record InstanceProgress
{
    public required int Number { get; init; }

    public required InstanceDeployState State { get; init; }

    public required InstanceDeployStep Step { get; init; }

    /// <summary>Where the plan wants it.</summary>
    public required Guid TargetNode { get; init; }

    /// <summary>Where its row is; null: no row yet or its node was removed.</summary>
    public Guid? CurrentNode { get; init; }

    /// <summary>Whether the agent of the current node is connected.</summary>
    public bool CurrentNodeConnected { get; init; }

    /// <summary>Running, ready, on a connected node, whatever its revision.</summary>
    public bool Available { get; init; }

    /// <summary>What the agent reported for this deploy_rev; null before it did.</summary>
    public InstanceAnswer? Answer { get; init; }

    /// <summary>The old container, on the node that it leaves, is confirmed gone or was never there.</summary>
    public bool OldStopped { get; init; }

    /// <summary>When the current step began; null while waiting. For <see cref="InstanceDeployStep.Done"/>: when it ended.</summary>
    public DateTimeOffset? StepStartedAt { get; init; }

    /// <summary>Why it failed; null when it did not.</summary>
    public string? Error { get; init; }
}

/// <param name="Ready">Running and through wait_for_port and health check.</param>
/// <param name="ReadySince">Null when not ready.</param>
/// <param name="Error">Why applying failed; null when it did not.</param>
public sealed record InstanceAnswer(bool Running, bool Ready, DateTimeOffset? ReadySince, string? Error);

/// <param name="Blocks">It holds what a placement needs (a port), so it goes first.</param>
/// <param name="Gone">The agent confirmed its end.</param>
/// <param name="Reachable">Its node is connected. The end of others is not waited for: a tombstone stays until their node returns.</param>
public sealed record RemovedRow(int Number, bool Blocks, bool Requested, bool Gone, bool Reachable = true);
