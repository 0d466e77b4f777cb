using System.Collections.Immutable;
using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Formats;

/// <summary>Reads the section <c>volumes</c> of a stack file.</summary>
internal static class StackVolumes
{
    public static ImmutableArray<StackVolume> Read(StackDocument file)
    {
        if (file.Root.Find("volumes") is not { } section || section.Value is YamlScalar { IsNull: true })
        {
            return [];
        }
        var place = file.Top.Of(section);
        if (section.Value is not YamlMapping mapping)
        {
            place.Error("type", $"'volumes' is a mapping of names to volumes, and this is {TypeMessage.NameOf(section.Value)}.");
            return [];
        }
        return [.. mapping.Entries.Select(entry => Volume(place.Of(entry), file)).OfType<StackVolume>()];
    }

    private static StackVolume? Volume(Place at, StackDocument file)
    {
        if (at.Node is not YamlMapping mapping)
        {
            at.Error("type", $"The volume '{Shown.Short(at.Key)}' is a mapping, and this is {TypeMessage.NameOf(at.Node)}. Write {at.Key}: {{ external: true }}.");
            return null;
        }
        var values = KeyReader.Read(at, VolumeKeys.All);
        return values.Text("external") is { } name && StackAssembly.Exists(mapping.Get("only_if"), mapping.Get("skip_if"), file.Variables)
            ? new StackVolume(at.Key, name.Length == 0 ? at.Key : name, null)
            : null;
    }
}
