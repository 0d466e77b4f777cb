using System.Collections.Immutable;
using Kontena.Core.Stacks.Keys;

namespace Kontena.Core.Stacks.Drafts;

/// <summary>The services of one file, checked, before they extend each other.</summary>
/// <param name="File">Its name among the handed-in files.</param>
/// <param name="Merge">How a service of this file is laid over the one that it extends.</param>
/// <param name="Open">Opens a file that a service of this one extends; null after a finding.</param>
internal sealed record ServiceFile(
    string File, ImmutableArray<ServiceDraft> Services, Func<ServiceDraft, ServiceDraft, ServiceDraft> Merge, Func<string, ServiceFile?> Open)
{
    public ServiceDraft? Find(string service) => Services.FirstOrDefault(s => s.Name == service);

    /// <summary>Reads every entry of a mapping of services; what is no mapping is an error.</summary>
    /// <param name="read">Reads the keys of one service.</param>
    public static ImmutableArray<ServiceDraft> ReadServices(
        Place services, Func<string, bool> isService, ImmutableArray<string> pathOfServices, Func<Place, KeyValues> read)
    {
        var drafts = ImmutableArray.CreateBuilder<ServiceDraft>();
        foreach (var entry in ((Yaml.YamlMapping)services.Node).Entries)
        {
            if (!isService(entry.Name))
            {
                continue;
            }
            var place = services.Of(entry) with { Path = pathOfServices.Add(entry.Name) };
            if (entry.Value is Yaml.YamlMapping)
            {
                drafts.Add(new ServiceDraft(entry.Name, entry.Key.Span, place.Path, read(place)));
            }
            else
            {
                place.Error("type", $"The service '{Shown.Short(entry.Name)}' is a mapping of keys such as image, and this is {TypeMessage.NameOf(entry.Value)}. Write its keys below it, indented.");
            }
        }
        return drafts.ToImmutable();
    }
}
