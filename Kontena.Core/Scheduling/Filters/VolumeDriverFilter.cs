namespace Kontena.Core.Scheduling.Filters;

/// <summary>Keeps the nodes that have the driver of every named volume.</summary>
/// <remarks>docs/scheduling.md, volume_driver.</remarks>
public sealed class VolumeDriverFilter : IPlacementFilter
{
    public Candidates Narrow(PlacementRequest request, Candidates nodes)
    {
        foreach (var volume in NamedVolumes.Of(request))
        {
            nodes = nodes.Keep(FilterCode.VolumeDriver,
                node => volume.Driver == "local" || node.VolumeDrivers.Contains(volume.Driver),
                _ => $"has no volume driver '{volume.Driver}', which volume '{volume.Name}' needs");
        }
        return nodes;
    }
}
