using System.Collections.Immutable;
using Kontena.Core.Stacks.Drafts;
using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Variables;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Formats;

/// <summary>The application file of 2015: services at the top level, or below <c>services</c> with <c>version: 2</c>.</summary>
/// <remarks>docs/stack-file.md, application files.</remarks>
internal sealed class ApplicationFile(ReadingContext context, string project)
{
    private static readonly ImmutableArray<string> ServicesPath = ["services"];

    private readonly Dictionary<string, ServiceFile?> _opened = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unset = new(StringComparer.Ordinal);

    /// <summary>The text of <c>name:</c> in a version 2 file; null for others.</summary>
    public static string? NameOf(RawDocument document) =>
        IsV2(document.Root) && document.Root.Get("name") is YamlScalar { Kind: ScalarKind.Text } name ? name.Value.Text : null;

    public static bool IsV2(YamlMapping root) => (root.Get("version") as YamlScalar)?.Text == "2";

    public ServiceFile? Read(RawDocument document)
    {
        var root = (YamlMapping)new YamlRewrite(s => YamlRewrite.WithText(s, Substitute(s, document)), _ => false).Of(document.Root);
        var place = new Place(root, SourceSpan.WholeFile(document.File), [], context.Findings);
        return IsV2(root) ? ReadV2(document, place) : ReadV1(document, place);
    }

    private ServiceFile ReadV1(RawDocument document, Place root)
    {
        if (((YamlMapping)root.Node).Find("version") is { Value: YamlScalar } version)
        {
            root.Findings.Error("type", version.ValueSpan, [.. ServicesPath, "version"],
                $"'version: {Shown.Short(((YamlScalar)version.Value).Text)}' is no format of kontena.yml. Write 'stack: NAME' for a stack file, 'version: 2' for an application file with 'services:', or no version for services at the top level.");
        }
        var services = ServiceFile.ReadServices(root, name => name != "version", ServicesPath, p => ReadKeys(p, KeyFormats.ApplicationV1));
        return new ServiceFile(document.File, services, ServiceMerge.OfApplication, Open);
    }

    private ServiceFile? ReadV2(RawDocument document, Place root)
    {
        var mapping = (YamlMapping)root.Node;
        foreach (var section in new[] { "volumes", "networks" })
        {
            if (mapping.Find(section) is { } entry)
            {
                root.Findings.Warning("unsupported_section", entry.Key.Span, [section],
                    $"Application files have no '{section}'; it is ignored. {(section == "volumes" ? "Stack files declare volumes: start with 'stack: NAME'." : "All services share the network of their grid.")}");
            }
        }
        if (mapping.Find("services") is not { } services || services.Value is YamlScalar { IsNull: true })
        {
            root.Findings.Error("required", root.Span, ServicesPath, "There are no services. Add 'services:' and below it one mapping for each service.");
            return null;
        }
        var place = root.Of(services);
        if (services.Value is not YamlMapping)
        {
            place.Error("type", $"'services' is a mapping of names to services, and this is {TypeMessage.NameOf(services.Value)}.");
            return null;
        }
        return new ServiceFile(document.File, ServiceFile.ReadServices(place, _ => true, ServicesPath, p => ReadKeys(p, KeyFormats.ApplicationV2)),
            ServiceMerge.OfApplication, Open);
    }

    private ServiceFile? Open(string file)
    {
        if (!_opened.TryGetValue(file, out var opened))
        {
            _opened[file] = null; // a file that leads back to itself while it is being read
            opened = context.Open(file) is not { } document ? null
                : document.Format() == StackFormat.Stack ? StackDocument.Load(context, document, new StackScope(project, ImmutableDictionary<string, object?>.Empty, IsMain: false)).Services
                : IsOurs(document) ? Read(document)
                : OpenCompose(document);
            _opened[file] = opened;
        }
        return opened;
    }

    private ServiceFile? OpenCompose(RawDocument document)
    {
        var compose = new ComposeFile(context, BuiltIn, project);
        var services = compose.Read(document);
        context.Borrow(compose.Volumes);
        return services;
    }

    /// <summary>Whether a file without <c>stack</c> is one of Kontena and not of Compose: by name, or by keys that only we have.</summary>
    private static bool IsOurs(RawDocument document)
    {
        if (RawDocument.IsComposeName(document.File))
        {
            return false;
        }
        var services = IsV2(document.Root) ? document.Root.Get("services") as YamlMapping : document.Root;
        return FileName.Base(document.File).Contains("kontena", StringComparison.OrdinalIgnoreCase) ||
            services?.Entries.Any(e => e.Value is YamlMapping service &&
                service.Entries.Any(k => k.Name is "instances" or "stateful" or "affinity" or "hooks" or "health_check")) == true;
    }

    private static KeyValues ReadKeys(Place service, KeyFormats format)
    {
        var values = KeyReader.Read(ApplicationEnvironment.Relaxed(service), ServiceKeys.All, format);
        Rename(values, "net", "network_mode");
        foreach (var options in new[] { "log_opts", "log_opt" })
        {
            Rename(values, options, "log_options");
        }
        if (values.TryGet("log_driver", out var driver) || values.TryGet("log_options", out driver))
        {
            values.Set("logging", driver with
            {
                Value = new LoggingValue(values.Text("log_driver"), values.Reference<ImmutableSortedDictionary<string, string>>("log_options")),
            });
            values.Remove("log_driver");
            values.Remove("log_options");
        }
        return values;
    }

    private static void Rename(KeyValues values, string from, string to)
    {
        if (values.TryGet(from, out var value))
        {
            values.Remove(from);
            values.Set(to, value);
        }
    }

    private string Substitute(YamlScalar scalar, RawDocument document)
    {
        var text = scalar.Text.Contains('%', StringComparison.Ordinal)
            ? scalar.Text.Replace("%{project}", project, StringComparison.Ordinal).Replace("%{grid}", context.Source.Grid, StringComparison.Ordinal)
                .Replace("%%", "%", StringComparison.Ordinal)
            : scalar.Text;
        return VariableReference.Replace(text, name => Value(name, scalar, document), context.Budget);
    }

    private string? BuiltIn(string name) => name switch { "project" => project, "grid" => context.Source.Grid, _ => null };

    private string Value(string name, YamlScalar scalar, RawDocument document)
    {
        if ((BuiltIn(name) ?? context.Given(name)) is { } value)
        {
            return value;
        }
        if (_unset.Add(name))
        {
            context.Findings.Warning("unset_variable", References.Locate(document, scalar, name), [],
                $"'${name}' has no value and becomes nothing. Enter a value; the environment of the master is never read.", name);
        }
        return "";
    }
}
