using System.Collections.Immutable;
using Kontena.Core.Services;

namespace Kontena.Core.Stacks.Formats;

/// <summary>
/// Services mount volumes by name that their own file does not declare: those of a Compose file that they extend, and in
/// application files any. The stack gets them too, one for each instance, so that every mount leads somewhere.
/// </summary>
internal static class MountedVolumes
{
    public static StackSpec Complete(StackSpec spec, ImmutableArray<StackVolume> borrowed)
    {
        var volumes = spec.Volumes.ToList();
        foreach (var mount in spec.Services.SelectMany(s => s.Volumes).Where(v => v.Kind == VolumeMountKind.Named && v.Source![0] != '.'))
        {
            if (!volumes.Exists(v => v.Name == mount.Source))
            {
                volumes.Add(borrowed.FirstOrDefault(v => v.Name == mount.Source) ??
                    new StackVolume(mount.Source!, $"{spec.Name}.{mount.Source}", new VolumeCreation("local", ImmutableSortedDictionary<string, string>.Empty, "instance")));
            }
        }
        return spec with { Volumes = [.. volumes] };
    }
}
