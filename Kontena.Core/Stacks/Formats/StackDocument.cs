using System.Collections.Immutable;
using Kontena.Core.Stacks.Drafts;
using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Templates;
using Kontena.Core.Stacks.Variables;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Formats;

/// <summary>A stack file: variables evaluated, references replaced, services checked.</summary>
/// <remarks>docs/stack-file.md, stack files.</remarks>
internal sealed class StackDocument
{
    private readonly ReadingContext _context;
    private readonly StackScope _scope;
    private readonly Dictionary<string, ServiceFile?> _opened = new(StringComparer.Ordinal);

    private StackDocument(ReadingContext context, RawDocument document, StackScope scope)
    {
        (_context, Document, _scope) = (context, document, scope);
        Variables = ReadVariables();
        var rendered = StackTemplate.Render(document, Variables, context);
        IsReadable = rendered is not null;
        Root = rendered is null ? new YamlMapping(document.Root.Span, []) : (YamlMapping)StackInterpolation.Of(rendered, Variables, context);
        DeclaredVolumes = Root.Get("volumes") is YamlMapping volumes ? volumes.Entries.Select(e => e.Name).ToHashSet(StringComparer.Ordinal) : null;
        Services = new ServiceFile(document.File, ReadServices(), ServiceMerge.OfStack, Open);
    }

    public RawDocument Document { get; }

    public VariableSet Variables { get; }

    /// <summary>Whether its template could be rendered to YAML; otherwise nothing but its variables is known.</summary>
    public bool IsReadable { get; }

    /// <summary>The document with values in the place of references.</summary>
    public YamlMapping Root { get; }

    public ServiceFile Services { get; }

    /// <summary>Null when the file has no section <c>volumes</c>.</summary>
    public IReadOnlySet<string>? DeclaredVolumes { get; }

    public Place Top => new(Root, SourceSpan.WholeFile(Document.File), [], _context.Findings);

    public static StackDocument Load(ReadingContext context, RawDocument document, StackScope scope) => new(context, document, scope);

    private VariableSet ReadVariables()
    {
        var builtIn = ImmutableDictionary.CreateRange<string, object?>(
        [
            KeyValuePair.Create<string, object?>("STACK", _scope.StackName),
            KeyValuePair.Create<string, object?>("GRID", _context.Source.Grid),
            KeyValuePair.Create<string, object?>("PLATFORM", _context.Source.Platform ?? _context.Source.Grid),
        ]);
        builtIn = _context.Source.ParentName is { } parent ? builtIn.Add("PARENT_STACK", parent) : builtIn;
        ImmutableArray<VariableDefinition> definitions = [];
        if (Document.Root.Find("variables") is { } entry)
        {
            // In this section only the built-in names have values; the others do not exist yet and count as nothing.
            var section = StackInterpolation.Of(entry.Value, name => builtIn.GetValueOrDefault(name), _context);
            definitions = VariableReader.Read(new Place(section, entry.ValueSpan, ["variables"], _context.Findings));
        }
        var variables = new VariableSet(_context, Document.File, definitions, builtIn, _scope.Outer, _scope.IsMain);
        variables.EvaluateAll();
        return variables;
    }

    private ImmutableArray<ServiceDraft> ReadServices()
    {
        if (Root.Find("services") is not { } entry || entry.Value is YamlScalar { IsNull: true })
        {
            return [];
        }
        var place = Top.Of(entry);
        if (entry.Value is not YamlMapping)
        {
            place.Error("type", $"'services' is a mapping of names to services, and this is {TypeMessage.NameOf(entry.Value)}. Write each service as 'name:' with its keys below.");
            return [];
        }
        return ServiceFile.ReadServices(place, _ => true, place.Path, ReadKeys);
    }

    private KeyValues ReadKeys(Place service)
    {
        if (!StackName.IsPlain(service.Key))
        {
            _context.Findings.Warning("name_format", service.Span, service.Path, $"'{Shown.Short(service.Key)}' should have only small letters, digits and dashes, and no dash in front.");
        }
        var values = KeyReader.Read(service, ServiceKeys.All, KeyFormats.Stack);
        if (values.TryGet("volumes", out var volumes) && volumes.Value is ImmutableArray<PlacedMount> mounts)
        {
            VolumeChecks.AreDeclared(volumes.Place, mounts, DeclaredVolumes);
            VolumeChecks.NoDuplicates(volumes.Place, mounts);
        }
        return values;
    }

    private ServiceFile? Open(string file)
    {
        if (!_opened.TryGetValue(file, out var opened))
        {
            _opened[file] = null; // a file that leads back to itself while it is being read
            opened = file == Document.File ? Services
                : _context.Open(file) is not { } document ? null
                : document.Root.Find("stack") is not null ? Load(_context, document, _scope with { Outer = Variables.Visible(), IsMain = false }).Services
                : OpenCompose(document);
            _opened[file] = opened;
        }
        return opened;
    }

    private ServiceFile? OpenCompose(RawDocument document)
    {
        var compose = new ComposeFile(_context, name => Variables.TryReference(name, out var value) && value is not null ? VariableValue.TextOf(value) : null, _scope.StackName);
        var services = compose.Read(document);
        _context.Borrow(compose.Volumes);
        return services;
    }
}
