using System.Collections.Immutable;
using Kontena.Core.Services;
using Kontena.Core.Stacks.Drafts;
using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Variables;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Formats;

/// <summary>Puts the specification of a stack together from what a file of each format says.</summary>
internal static class StackAssembly
{
    public static StackOutcome OfStack(ReadingContext context, RawDocument document)
    {
        var raw = new Place(document.Root, SourceSpan.WholeFile(document.File), [], context.Findings);
        var name = StackHeader.Name(raw);
        var scope = new StackScope(context.Source.StackName ?? name?.Name ?? "", ImmutableDictionary<string, object?>.Empty, IsMain: true);
        var file = StackDocument.Load(context, document, scope);
        if (!file.IsReadable)
        {
            return new StackOutcome(null, Describe(file.Variables));
        }
        StackHeader.Check(file.Top);
        var volumes = StackVolumes.Read(file);
        var services = Build(context, file.Services, d => Exists(d.Values.TryGet("only_if", out var o) ? o.Place.Node : null,
            d.Values.TryGet("skip_if", out var s) ? s.Place.Node : null, file.Variables));
        var spec = new StackSpec
        {
            Name = scope.StackName,
            Source = (document.Root.Get("stack") as YamlScalar)?.Text ?? scope.StackName,
            Version = name?.Version ?? StackHeader.Version(raw) ?? "0.0.1",
            Description = Text(file.Root, "description"),
            Expose = Text(file.Root, "expose"),
            Labels = StackHeader.Labels(file.Top),
            Services = [.. services.Select(s => s.Spec)],
            Volumes = volumes,
            Variables = Values(file.Variables),
        };
        return Finish(context, document, spec, services, Describe(file.Variables));
    }

    public static StackOutcome OfApplication(ReadingContext context, RawDocument document)
    {
        var name = context.Source.StackName ?? ApplicationFile.NameOf(document) ?? "";
        if (new ApplicationFile(context, name).Read(document) is not { } file)
        {
            return StackOutcome.Nothing;
        }
        var services = Build(context, file, _ => true);
        var spec = new StackSpec { Name = name, Source = name, Services = [.. services.Select(s => s.Spec)] };
        return Finish(context, document, spec, services, []);
    }

    public static StackOutcome OfCompose(ReadingContext context, RawDocument document)
    {
        var header = document.Root.Get("x-kontena") as YamlMapping;
        var source = Text(header, "stack");
        var name = context.Source.StackName ?? (source is null ? null : StackName.Parse(source).Name) ??
            (Text(document.Root, "name") is { } own ? StackName.Simplify(own) : "");
        var compose = new ComposeFile(context, n => n is "STACK" ? name : null, name);
        if (compose.Read(document) is not { } file)
        {
            return StackOutcome.Nothing;
        }
        var services = Build(context, file, _ => true);
        header = compose.Root?.Get("x-kontena") as YamlMapping;
        var spec = new StackSpec
        {
            Name = name,
            Source = source ?? name,
            Version = (header?.Get("version") as YamlScalar)?.Text ?? "0.0.1",
            Description = Text(header, "description"),
            Expose = Text(header, "expose"),
            Labels = header?.Get("labels") is YamlSequence labels ? [.. labels.Items.OfType<YamlScalar>().Select(l => l.Value.Text)] : [],
            Services = [.. services.Select(s => s.Spec)],
            Volumes = compose.Volumes,
        };
        return Finish(context, document, spec, services, []);
    }

    private static ImmutableArray<BuiltService> Build(ReadingContext context, ServiceFile file, Func<ServiceDraft, bool> exists)
    {
        var resolver = new ExtendsResolver(context);
        var built = ImmutableArray.CreateBuilder<BuiltService>();
        foreach (var service in file.Services)
        {
            if (resolver.Resolve(file, service) is { } draft && exists(service) && ServiceBuilder.Build(draft, context) is { } spec)
            {
                built.Add(new BuiltService(draft, spec));
            }
        }
        return built.ToImmutable();
    }

    private static StackOutcome Finish(
        ReadingContext context, RawDocument document, StackSpec spec, ImmutableArray<BuiltService> services, ImmutableArray<StackVariable> variables)
    {
        if (context.Features.MasterChecks && !context.Findings.HasBadVariables)
        {
            spec = MountedVolumes.Complete(spec, context.BorrowedVolumes);
            MasterChecks.Check(spec, services, document, context);
        }
        return new StackOutcome(spec, variables);
    }

    /// <summary>Whether the conditions of a service or volume let it exist.</summary>
    internal static bool Exists(YamlNode? onlyIf, YamlNode? skipIf, VariableSet variables) =>
        variables.ForServices.Holds(onlyIf) && !variables.ForServices.Skips(skipIf);

    private static string? Text(YamlMapping? mapping, string key) => mapping?.Get(key) is YamlScalar { IsNull: false } scalar ? scalar.Value.Text : null;

    /// <summary>Without those that touch the vault: their values are secret.</summary>
    private static ImmutableSortedDictionary<string, string?> Values(VariableSet variables) => variables.Definitions
        .Where(d => !d.From.Concat(d.To).Any(s => s.Kind == "vault"))
        .ToImmutableSortedDictionary(d => d.Name, d => variables.TryGet(d.Name, out var value) && value is not null ? VariableValue.TextOf(value) : null, StringComparer.Ordinal);

    private static ImmutableArray<StackVariable> Describe(VariableSet variables) =>
    [
        .. variables.Definitions.Select(d => new StackVariable(d.Name, d.Type, d.Label, d.Description, d.Required,
            [.. VariableTypes.Options(d).Select(o => o.Value.Text)],
            variables.TryGet(d.Name, out var value) && value is not null ? VariableValue.TextOf(value) : null, d.NameAt.Line)),
    ];
}

/// <param name="Draft">Where its keys come from.</param>
internal sealed record BuiltService(ServiceDraft Draft, ServiceSpec Spec);
