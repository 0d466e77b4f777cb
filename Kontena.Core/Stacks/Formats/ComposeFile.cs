using System.Collections.Immutable;
using Kontena.Core.Stacks.Compose;
using Kontena.Core.Stacks.Drafts;
using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Formats;

/// <summary>A docker-compose file of any version: read directly, or because a kontena.yml extends a service of it.</summary>
/// <param name="lookUp">Variables that count before the handed-in environment; null when not set.</param>
internal sealed class ComposeFile(ReadingContext context, Func<string, string?> lookUp, string stackName)
{
    private static readonly ImmutableArray<string> ServicesPath = ["services"];

    private readonly Dictionary<string, YamlMapping?> _services = new(StringComparer.Ordinal);
    private readonly List<(string File, string Service)> _chain = [];

    /// <summary>The volumes that the file declares.</summary>
    public ImmutableArray<StackVolume> Volumes { get; private set; } = [];

    public YamlMapping? Root { get; private set; }

    public ServiceFile? Read(RawDocument document)
    {
        var root = Interpolated(document);
        Root = root;
        var top = new Place(root, SourceSpan.WholeFile(document.File), [], context.Findings);
        var isCurrent = root.Find("services") is not null;
        if (!isCurrent && !root.Entries.All(e => e.Name == "version" || IsExtension(e.Name) || e.Value is YamlMapping))
        {
            top.Findings.Error("required", top.Span, ServicesPath, $"{Shown.Short(document.File)} has no services. A Compose file has 'services:' at the top level.");
            return null;
        }
        if (isCurrent)
        {
            CheckTopLevel(top);
        }
        if (ServicesOf(root) is not { } services)
        {
            top.Of(root.Find("services")!).Error("type", "'services' is a mapping of names to services.");
            return null;
        }
        _services[document.File] = services;
        Volumes = ComposeSections.Volumes(top, stackName);
        var scope = new ComposeScope(context, stackName, LookUp, ComposeSections.Secrets(top),
            root.Get("volumes") is YamlMapping declared && isCurrent ? declared.Entries.Select(e => e.Name).ToHashSet(StringComparer.Ordinal) : null);
        var drafts = ServiceFile.ReadServices(top with { Node = services, Path = [] }, _ => true, ServicesPath,
            place => ReadService(document.File, place, scope));
        return new ServiceFile(document.File, [.. drafts.Where(d => IsActive(services, d.Name))], ServiceMerge.OfStack, _ => null);
    }

    /// <summary>What a variable is worth: the extending file's, what was handed in, then the file <c>.env</c> beside.</summary>
    private string? LookUp(string name) => lookUp(name) ?? context.Given(name) ?? DotEnv.GetValueOrDefault(name);

    private Dictionary<string, string> DotEnv { get; } = new(StringComparer.Ordinal);

    private YamlMapping Interpolated(RawDocument document)
    {
        if (context.FindQuietly(".env", document.File) is { } environment)
        {
            foreach (var line in ComposeEnvironment.Lines(context.Source.Files[environment]))
            {
                var equals = line.IndexOf('=', StringComparison.Ordinal);
                if (equals > 0)
                {
                    DotEnv[line[..equals]] = line[(equals + 1)..];
                }
            }
        }
        return new ComposeInterpolation(document.File, LookUp, context).Of(document.Root);
    }

    private KeyValues ReadService(string file, Place place, ComposeScope scope)
    {
        var merged = Extended(file, place.Key, place);
        return merged is null ? new KeyValues() : ComposeService.Read(place with { Node = merged }, scope);
    }

    /// <summary>The service with everything that it extends inside Compose files; null after a finding.</summary>
    private YamlMapping? Extended(string file, string service, Place place)
    {
        var own = (YamlMapping)place.Node;
        if (own.Find("extends") is not { } entry || entry.Value is YamlScalar { IsNull: true })
        {
            return own;
        }
        var at = place.Of(entry);
        var reference = entry.Value as YamlMapping;
        var name = reference is null ? at.Text : (reference.Get("service") as YamlScalar)?.Value.Text ?? "";
        if (_chain.Contains((file, service)) || _chain.Count > TextLimits.Depth)
        {
            at.Error("circular_extends", $"The services extend each other in a circle: {Shown.Short(string.Join(" → ", _chain.Select(c => c.Service).Append(service)))}. Remove one 'extends'.");
            return null;
        }
        var source = file;
        if ((reference?.Get("file") as YamlScalar)?.Value.Text is { } other && context.Find(other, file, at.Of(reference!.Find("file")!), "source_not_found") is var found)
        {
            if (found is null)
            {
                return null;
            }
            source = found;
        }
        if (Services(source)?.Get(name) is not YamlMapping parent)
        {
            at.Error("extends_not_found", $"There is no service '{Shown.Short(name)}' in {Shown.Short(source)}.{NearestName.DidYouMean(name, Services(source)?.Entries.Select(e => e.Name) ?? [])}");
            return null;
        }
        _chain.Add((file, service));
        var resolved = Extended(source, name, new Place(parent, parent.Span, ServicesPath.Add(name), context.Findings));
        _chain.RemoveAt(_chain.Count - 1);
        return resolved is null ? null : ComposeMerge.Over(resolved, own);
    }

    private YamlMapping? Services(string file)
    {
        if (!_services.TryGetValue(file, out var services))
        {
            services = context.Open(file) is { } document ? ServicesOf(Interpolated(document)) : null;
            _services[file] = services;
        }
        return services;
    }

    private static YamlMapping? ServicesOf(YamlMapping root) => root.Find("services") is { } services
        ? services.Value is YamlScalar { IsNull: true } ? new YamlMapping(services.Value.Span, []) : services.Value as YamlMapping
        : new YamlMapping(root.Span, [.. root.Entries.Where(e => e.Name != "version" && !IsExtension(e.Name)).Select(ComposeV1.Modern)]);

    private bool IsActive(YamlMapping services, string service)
    {
        if ((services.Get(service) as YamlMapping)?.Get("profiles") is not YamlSequence profiles)
        {
            return true;
        }
        var active = (LookUp("COMPOSE_PROFILES") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return active.Contains("*") || profiles.Items.Any(p => p is YamlScalar scalar && active.Contains(scalar.Value.Text));
    }

    private static void CheckTopLevel(Place top)
    {
        foreach (var entry in ((YamlMapping)top.Node).Entries)
        {
            if (entry.Name is "networks" or "configs" or "include" or "models")
            {
                top.Findings.Warning("unsupported_section", entry.Key.Span, [entry.Name],
                    $"'{entry.Name}' of the Compose file is not carried over.{(entry.Name == "networks" ? " All services share the network of their grid." : "")}");
            }
            else if (entry.Name is not ("name" or "version" or "services" or "volumes" or "secrets") && !IsExtension(entry.Name))
            {
                top.Findings.Warning("unknown_top_level_key", entry.Key.Span, [entry.Name], $"Compose has no section '{Shown.Short(entry.Name)}'; it is ignored.");
            }
        }
    }

    private static bool IsExtension(string key) => key.StartsWith("x-", StringComparison.Ordinal);
}
