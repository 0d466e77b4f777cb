using Kontena.Core.Services;

namespace Kontena.Core.Scheduling.Filters;

internal static class NamedVolumes
{
    /// <summary>The grid's volumes that the service mounts, in the order of its mounts.</summary>
    /// <remarks>A stack's own volume stands in the grid as <c>STACK.NAME</c> unless the file says otherwise.</remarks>
    public static IEnumerable<VolumeSnapshot> Of(PlacementRequest request) =>
        request.Spec.Volumes.Where(mount => mount.Kind is VolumeMountKind.Named).Select(mount =>
            request.Grid.Volumes.FirstOrDefault(v => v.Name == mount.Source)
            ?? request.Grid.Volumes.FirstOrDefault(v => v.Name == $"{request.Service.Stack}.{mount.Source}"))
        .OfType<VolumeSnapshot>();
}
