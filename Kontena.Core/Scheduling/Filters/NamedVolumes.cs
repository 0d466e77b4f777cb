using Kontena.Core.Services;

namespace Kontena.Core.Scheduling.Filters;

internal static class NamedVolumes
{
    /// <summary>The grid's volumes that the service mounts, in the order of its mounts. Mounts carry the volumes' names in the grid.</summary>
    public static IEnumerable<VolumeSnapshot> Of(PlacementRequest request) => request.Spec.Volumes
        .Where(mount => mount.Kind is VolumeMountKind.Named)
        .Select(mount => request.Grid.Volumes.FirstOrDefault(volume => volume.Name == mount.Source))
        .OfType<VolumeSnapshot>();
}
