using Kontena.Core.Services;
using Kontena.Core.Stacks.Keys;

namespace Kontena.Core.Stacks.Drafts;

/// <summary>What the mounts of one service must not do.</summary>
internal static class VolumeChecks
{
    public static void NoDuplicates(Place at, IEnumerable<PlacedMount> mounts)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (var mount in mounts.Where(m => !paths.Add(m.Mount.Path)))
        {
            at.Findings.Error("duplicate_mount", mount.At.Span, at.Path.Add(mount.Mount.Path), $"Something is mounted at {Shown.Short(mount.Mount.Path)} already. Remove one, or use another path.");
        }
    }

    /// <param name="declared">The names of the section <c>volumes</c>; null when there is none.</param>
    public static void AreDeclared(Place at, IEnumerable<PlacedMount> mounts, IReadOnlySet<string>? declared)
    {
        foreach (var mount in mounts.Where(m => m.Mount.Kind == VolumeMountKind.Named).TakeWhile(_ => !at.Findings.IsFull))
        {
            var name = mount.Mount.Source!;
            if (declared?.Contains(name) == true)
            {
                continue;
            }
            var remedy = name[0] == '.'
                ? "A path on the node starts with a slash; nodes have no folder of this file."
                : $"Declare it at the top level: 'volumes: {{ {name}: {{ external: true }} }}', or use a path alone for a volume of the instance.";
            at.Findings.Error("undeclared_volume", mount.At.Span, at.Path.Add(declared is null ? mount.At.Text : name),
                $"There is no volume '{Shown.Short(name)}' in this file.{(declared is null ? "" : NearestName.DidYouMean(name, declared))} {remedy}");
        }
    }
}
