using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Compose;

/// <summary>Brings a service of a version 1 Compose file into the form of later ones.</summary>
internal static class ComposeV1
{
    public static YamlEntry Modern(YamlEntry service)
    {
        if (service.Value is not YamlMapping mapping)
        {
            return service;
        }
        var entries = new List<YamlEntry>();
        foreach (var entry in mapping.Entries)
        {
            switch (entry.Name)
            {
                case "net":
                    entries.Add(entry with { Key = Renamed(entry, "network_mode") });
                    break;
                case "log_driver" or "log_opt":
                    Nest(entries, entry, "logging", entry.Name == "log_driver" ? "driver" : "options");
                    break;
                case "dockerfile":
                    Nest(entries, entry, "build", "dockerfile");
                    break;
                case "build" when entries.FindIndex(e => e.Name == "build") is >= 0 and var at:
                    entries[at] = new YamlEntry(entry.Key, With((YamlMapping)entries[at].Value, Renamed(entry, "context"), entry.Value));
                    break;
                default:
                    entries.Add(entry);
                    break;
            }
        }
        return new YamlEntry(service.Key, new YamlMapping(mapping.Span, entries));
    }

    private static void Nest(List<YamlEntry> entries, YamlEntry entry, string outer, string inner)
    {
        var at = entries.FindIndex(e => e.Name == outer);
        var existing = at < 0 ? new YamlMapping(entry.Value.Span, [])
            : entries[at].Value as YamlMapping ?? new YamlMapping(entries[at].Value.Span, [new YamlEntry(Renamed(entries[at], "context"), entries[at].Value)]);
        var nested = new YamlEntry(at < 0 ? Renamed(entry, outer) : entries[at].Key, With(existing, Renamed(entry, inner), entry.Value));
        if (at < 0)
        {
            entries.Add(nested);
        }
        else
        {
            entries[at] = nested;
        }
    }

    private static YamlMapping With(YamlMapping mapping, YamlScalar key, YamlNode value) => new(mapping.Span, [.. mapping.Entries, new YamlEntry(key, value)]);

    private static YamlScalar Renamed(YamlEntry entry, string name) => YamlScalar.Quoted(entry.Key.Span, name);
}
