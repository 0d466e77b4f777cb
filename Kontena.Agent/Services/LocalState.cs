using System.Collections.Immutable;
using Kontena.Core.Protocol;
using Kontena.Core.Services;

namespace Kontena.Agent.Services;

/// <summary>What the agent remembers over its own restarts: the last list, and what it did about each instance.</summary>
/// <param name="Set">Null before the first list.</param>
internal sealed record LocalState(DesiredSet? Set, ImmutableArray<InstanceMemory> Instances)
{
    public ImmutableArray<InstanceMemory> Instances { get; init => field = value.OrEmpty(); } = Instances.OrEmpty();
}

/// <summary>What the agent knows about an instance that neither the order nor the container says.</summary>
internal sealed record InstanceMemory
{
    public required Guid InstanceId { get; init; }

    /// <summary>The deploy_rev that was applied last without an error; 0 for none.</summary>
    public long AppliedRev { get; init; }

    public long RestartDone { get; init; }

    public ImmutableArray<string> OneshotsDone { get; init => field = value.OrEmpty(); } = [];

    /// <summary>The container that we stopped because the order said so: its end is no crash.</summary>
    public string? StoppedContainer { get; init; }

    /// <summary>The container that <see cref="Restarts"/> counts for.</summary>
    public string? CountedContainer { get; init; }

    /// <summary>Crashes of that container.</summary>
    public int Restarts { get; init; }

    /// <summary>When the last crash happened that was counted.</summary>
    public DateTimeOffset? LastCrash { get; init; }

    /// <summary>Crashes without ten seconds of uptime between them.</summary>
    public int Streak { get; init; }

    /// <summary>The attempts of the restart policy were used up, and no run since then lasted.</summary>
    public bool CrashLoop { get; init; }

    /// <summary>When the last attempts to bring it up again began, oldest first; bounded by the policy's attempts.</summary>
    public ImmutableArray<DateTimeOffset> Attempts { get; init => field = value.OrEmpty(); } = [];

    /// <summary>The start for which <see cref="ReadySince"/> holds: container id and start time.</summary>
    public string? ReadyStart { get; init; }

    public DateTimeOffset? ReadySince { get; init; }
}
