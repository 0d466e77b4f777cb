using System.Security.Cryptography;
using System.Text;

namespace Kontena.Agent.Docker;

/// <summary>Decides what on the engine is ours: a keyed hash that neither an image nor a person can copy onto something else.</summary>
/// <remarks>docs/protocol.md, proof labels. The key is known to this node's agent and to the master.</remarks>
internal sealed class Proof(byte[] key, Guid gridId, Guid nodeId)
{
    public Guid GridId => gridId;

    public string ForContainer(Guid service, Guid instance, long epoch, string name) =>
        Sign(["container", $"{gridId:D}", $"{nodeId:D}", $"{service:D}", $"{instance:D}", $"{epoch}", name]);

    /// <param name="owner">The service's id; empty for a volume that no single service owns.</param>
    public string ForVolume(string owner, Guid uid, string name) =>
        Sign(["volume", $"{gridId:D}", $"{nodeId:D}", owner, $"{uid:D}", name]);

    /// <summary>Whose container this is; null when it is not proven ours, whatever its labels claim.</summary>
    public ContainerIdentity? Identify(string name, IReadOnlyDictionary<string, string> labels)
    {
        if (!labels.TryGetValue(Labels.Proof, out var proof)
            || !labels.TryGetValue(Labels.GridId, out var grid) || !Guid.TryParse(grid, out var gridOf) || gridOf != gridId
            || !labels.TryGetValue(Labels.ServiceId, out var s) || !Guid.TryParse(s, out var service)
            || !labels.TryGetValue(Labels.InstanceId, out var i) || !Guid.TryParse(i, out var instance)
            || !labels.TryGetValue(Labels.InstanceEpoch, out var e) || !long.TryParse(e, out var epoch)
            || !labels.TryGetValue(Labels.InstanceNumber, out var n) || !int.TryParse(n, out var number)
            || !Matches(proof, ForContainer(service, instance, epoch, name)))
        {
            return null;
        }
        return new(service, instance, epoch, number)
        {
            Stack = labels.GetValueOrDefault(Labels.StackName, ""),
            Service = labels.GetValueOrDefault(Labels.ServiceName, ""),
            DeployRev = long.TryParse(labels.GetValueOrDefault(Labels.DeployRev), out var rev) ? rev : 0,
            Revision = int.TryParse(labels.GetValueOrDefault(Labels.ServiceRevision), out var revision) ? revision : 0,
            Stateful = labels.GetValueOrDefault(Labels.ServiceStateful) == "1",
            Hook = labels.GetValueOrDefault(Labels.ContainerType) == Labels.TypeHook,
            StopGrace = TimeSpan.FromSeconds(
                int.TryParse(labels.GetValueOrDefault(Labels.StopGrace), out var grace) && grace is >= 0 and <= 86_400 ? grace : 10),
        };
    }

    /// <summary>The volume's uid; null when it is not proven ours.</summary>
    public Guid? Identify(VolumeInfo volume) =>
        volume.Labels.TryGetValue(Labels.Proof, out var proof)
        && volume.Labels.TryGetValue(Labels.VolumeUid, out var u) && Guid.TryParse(u, out var uid)
        && Matches(proof, ForVolume(volume.Labels.GetValueOrDefault(Labels.ServiceId, ""), uid, volume.Name))
            ? uid
            : null;

    private static bool Matches(string given, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));

    private string Sign(ReadOnlySpan<string> parts)
    {
        // Lengths before the parts: no two lists of parts give the same bytes.
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            text.Append(part.Length).Append(':').Append(part);
        }
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text.ToString())));
    }
}

/// <summary>What a proven container says about itself.</summary>
internal sealed record ContainerIdentity(Guid ServiceId, Guid InstanceId, long Epoch, int Number)
{
    public required string Stack { get; init; }

    public required string Service { get; init; }

    public long DeployRev { get; init; }

    public int Revision { get; init; }

    public bool Stateful { get; init; }

    /// <summary>It is the throw-away container of a hook.</summary>
    public bool Hook { get; init; }

    public TimeSpan StopGrace { get; init; }
}
