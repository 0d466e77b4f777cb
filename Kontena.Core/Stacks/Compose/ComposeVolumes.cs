using System.Collections.Immutable;
using Kontena.Core.Services;
using Kontena.Core.Stacks.Drafts;
using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Compose;

/// <summary>Reads every form of <c>volumes:</c> that Compose has.</summary>
internal static class ComposeVolumes
{
    public static ImmutableArray<PlacedMount> Read(Place at, ComposeScope scope)
    {
        var mounts = ImmutableArray.CreateBuilder<PlacedMount>();
        foreach (var item in at.ItemsOrOne())
        {
            var text = item.Node is YamlMapping ? Long(item) : item.Text;
            if (text is null)
            {
                continue;
            }
            if (text.StartsWith('.') || text.StartsWith('~'))
            {
                item.Warning("host_path", $"'{Shown.Short(text)}' is a folder beside the Compose file, and nodes do not have it. Use an absolute path of the nodes, or a volume.");
                text = Absolute(text);
            }
            if (VolumeText.Parse(text) is not { } mount)
            {
                at.Findings.Error("invalid", item.Span, at.Path.Add(text), $"'{Shown.Short(text)}' is no volume. Write NAME:/path, /host/path:/path or /path.");
            }
            else if (mount.Kind == VolumeMountKind.Named && scope.Volumes?.Contains(mount.Source!) != true)
            {
                at.Findings.Error("undeclared_volume", item.Span, at.Path.Add(mount.Source!), $"The volume '{Shown.Short(mount.Source!)}' is not declared. Add it below 'volumes' at the top level.");
            }
            else
            {
                mounts.Add(new PlacedMount(mount, item));
            }
        }
        VolumeChecks.NoDuplicates(at, mounts);
        return mounts.ToImmutable();
    }

    private static string? Long(Place item)
    {
        var mapping = (YamlMapping)item.Node;
        string Member(string key) => (mapping.Get(key) as YamlScalar)?.Value.Text ?? "";
        if (Member("type") is not ("volume" or "bind"))
        {
            item.ValueNotCarriedOver($"Kontena has no mounts of the type '{Shown.Short(Member("type"))}', so this one is left out.");
            return null;
        }
        if (Member("target").Length == 0)
        {
            item.Error("required", "The volume has no 'target'. Add the path in the container.");
            return null;
        }
        var flags = mapping.Get("read_only") is YamlScalar { Value.Boolean: true } ? ":ro" : "";
        return Member("source").Length == 0 ? Member("target") : Member("source") + ":" + Member("target") + flags;
    }

    /// <summary>The folder that the file was handed in from counts as the root: there is no better guess for a node.</summary>
    private static string Absolute(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (path, rest) = colon < 0 ? (text, "") : (text[..colon], text[colon..]);
        var parts = new List<string>();
        foreach (var part in path.TrimStart('~').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("." or ".."))
            {
                parts.Add(part);
            }
        }
        return "/" + string.Join('/', parts) + rest;
    }
}
