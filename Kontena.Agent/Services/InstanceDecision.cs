using Kontena.Agent.Docker;
using Kontena.Core.Protocol;

namespace Kontena.Agent.Services;

internal enum InstanceAct
{
    Nothing,
    Create,
    Recreate,

    /// <summary>It was never started, or we stopped it, or a deploy or person asks for another try: whatever ended it is no crash to pace.</summary>
    Start,

    /// <summary>It ended by itself: when to start it is up to the restart policy.</summary>
    Revive,

    /// <summary>A person asked for it; no hooks.</summary>
    Restart,
    Stop,
    Remove,

    /// <summary>A container that is not proven ours, or another instance's, has the name.</summary>
    NameTaken,
}

/// <summary>What is known about an instance when it is decided what to do.</summary>
/// <param name="Found">The container of the instance's name; null: none.</param>
/// <param name="Identity">Null when the container is not proven ours.</param>
/// <param name="NowHash">Of the container that would be made now; null when that was not worked out, because no new deploy came.</param>
/// <param name="NowImage">Likewise, the id of the image.</param>
internal sealed record InstanceFacts(
    InstanceOrder Order, ContainerInfo? Found, ContainerIdentity? Identity, InstanceMemory Memory, string? NowHash, string? NowImage);

/// <summary>The decision table: what to do about an instance. Pure.</summary>
/// <remarks>docs/protocol.md, decisions.</remarks>
internal static class InstanceDecision
{
    public static InstanceAct Decide(InstanceFacts facts) => facts.Order.Desired switch
    {
        DesiredState.Running => Running(facts),
        _ when facts.Found is null || !IsOurs(facts) => InstanceAct.Nothing,
        DesiredState.Stopped => facts.Found.Running ? InstanceAct.Stop : InstanceAct.Nothing,
        _ => InstanceAct.Remove,
    };

    /// <summary>A new deploy came since the last one that was applied.</summary>
    public static bool IsNewDeploy(InstanceOrder order, InstanceMemory memory) => order.DeployRev != memory.AppliedRev;

    public static bool WantsRestart(InstanceOrder order, InstanceMemory memory) =>
        order.RestartSequence > Math.Max(order.RestartDone, memory.RestartDone);

    /// <summary>Outdated whatever the image is: another revision, another epoch, or broken at its start.</summary>
    public static bool IsOutdated(InstanceOrder order, ContainerInfo found, ContainerIdentity identity) =>
        identity.Revision != order.Revision || identity.Epoch != order.Epoch || (!found.Running && found.EngineError is not null);

    private static bool IsOurs(InstanceFacts facts) => facts.Identity is { Hook: false } who && who.InstanceId == facts.Order.InstanceId;

    private static InstanceAct Running(InstanceFacts facts)
    {
        var (order, found, identity, memory, nowHash, nowImage) = facts;
        if (found is null)
        {
            return InstanceAct.Create;
        }
        if (!IsOurs(facts))
        {
            return InstanceAct.NameTaken;
        }
        if (IsOutdated(order, found, identity!)
            || (nowImage is not null && nowImage != found.ImageId)
            || (nowHash is not null && nowHash != found.Labels.GetValueOrDefault(Labels.SpecHash)))
        {
            return InstanceAct.Recreate;
        }
        if (!found.Running)
        {
            return found.StartedAt is null || memory.StoppedContainer == found.Id || WantsRestart(order, memory) || IsNewDeploy(order, memory)
                ? InstanceAct.Start
                : InstanceAct.Revive;
        }
        return WantsRestart(order, memory) ? InstanceAct.Restart : InstanceAct.Nothing;
    }
}
