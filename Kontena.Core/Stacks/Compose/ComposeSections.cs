using System.Collections.Immutable;
using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Compose;

/// <summary>Reads the sections <c>volumes</c> and <c>secrets</c> of a Compose file.</summary>
internal static class ComposeSections
{
    public static ImmutableArray<StackVolume> Volumes(Place top, string stackName)
    {
        if (((YamlMapping)top.Node).Find("services") is null || ((YamlMapping)top.Node).Find("volumes") is not { } section)
        {
            return [];
        }
        return [.. top.Of(section).Entries().Select(v => Volume(v.Entry, stackName))];
    }

    /// <summary>Keys to names in the vault. Those with a file or environment variable must be written to the vault first.</summary>
    public static IReadOnlyDictionary<string, string> Secrets(Place top)
    {
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal);
        if (((YamlMapping)top.Node).Find("services") is null || ((YamlMapping)top.Node).Find("secrets") is not { } section)
        {
            return secrets;
        }
        foreach (var (entry, place) in top.Of(section).Entries())
        {
            var mapping = entry.Value as YamlMapping;
            secrets[entry.Name] = Text(mapping, "name") ?? entry.Name;
            if (mapping?.Find("file") is not null || mapping?.Find("environment") is not null)
            {
                place.Warning("secret_must_exist", $"Kontena does not read the secret '{Shown.Short(entry.Name)}' from there. Write it to the vault under the name '{Shown.Short(secrets[entry.Name])}'.");
            }
        }
        return secrets;
    }

    private static StackVolume Volume(YamlEntry entry, string stackName)
    {
        var mapping = entry.Value as YamlMapping;
        if (mapping?.Get("external") is YamlScalar { Value.Boolean: true } or YamlMapping)
        {
            return new StackVolume(entry.Name, Text(mapping, "name") ?? Text(mapping!.Get("external") as YamlMapping, "name") ?? entry.Name, null);
        }
        var options = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var option in (mapping?.Get("driver_opts") as YamlMapping)?.Entries ?? [])
        {
            options[option.Name] = (option.Value as YamlScalar)?.Value.Text ?? "";
        }
        return new StackVolume(entry.Name, Text(mapping, "name") ?? $"{stackName}.{entry.Name}",
            new VolumeCreation(Text(mapping, "driver") ?? "local", options.ToImmutable(), "instance"));
    }

    private static string? Text(YamlMapping? mapping, string key) => mapping?.Get(key) is YamlScalar { IsNull: false } scalar ? scalar.Value.Text : null;
}
