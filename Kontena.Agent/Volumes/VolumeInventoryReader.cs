using Kontena.Agent.Docker;
using Kontena.Agent.Nodes;
using Kontena.Core.Protocol;
using Kontena.Core.Volumes;

namespace Kontena.Agent.Volumes;

/// <summary>Reads which managed volumes this host has.</summary>
internal sealed class VolumeInventoryReader(IEngine engine, ThisNode node)
{
    public async Task<VolumeInventory> ReadAsync(CancellationToken cancel)
    {
        var self = await node.WaitAsync(cancel);
        var used = (await engine.ListContainersAsync(cancel)).SelectMany(c => c.Volumes).Select(v => v.Name).ToHashSet();
        return new(
        [
            .. (await engine.ListVolumesAsync(cancel))
                .Select(v => (Volume: v, Uid: self.Proof.Identify(v)))
                .Where(v => v.Uid is not null)
                .OrderBy(v => v.Volume.Name, StringComparer.Ordinal)
                .Select(v => Fact(v.Volume, v.Uid!.Value, used.Contains(v.Volume.Name))),
        ]);
    }

    private static VolumeFact Fact(VolumeInfo volume, Guid uid, bool inUse) => new(
        uid, volume.Name, volume.Driver,
        Guid.TryParse(volume.Labels.GetValueOrDefault(Labels.ServiceId), out var service) ? service : null,
        volume.Labels.GetValueOrDefault(Labels.StackName, ""),
        volume.Labels.GetValueOrDefault(Labels.ServiceName),
        int.TryParse(volume.Labels.GetValueOrDefault(Labels.InstanceNumber), out var number) ? number : null,
        volume.Labels.GetValueOrDefault(Labels.VolumePath),
        volume.Labels.GetValueOrDefault(Labels.VolumeSource),
        volume.Labels.GetValueOrDefault(Labels.VolumeScope, VolumeScope.Instance),
        inUse, null);
}
