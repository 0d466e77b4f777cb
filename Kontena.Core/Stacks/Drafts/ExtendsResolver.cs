using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Drafts;

/// <summary>Brings services to their final form: the far end of a chain of <c>extends</c> first.</summary>
internal sealed class ExtendsResolver(ReadingContext context)
{
    private const int LongestChain = 50;

    private readonly Dictionary<(string File, string Service), ServiceDraft?> _done = [];
    private readonly List<(string File, string Service)> _chain = [];

    /// <returns>Null after a finding.</returns>
    public ServiceDraft? Resolve(ServiceFile file, ServiceDraft service)
    {
        var key = (file.File, service.Name);
        if (_done.TryGetValue(key, out var known))
        {
            return known;
        }
        _chain.Add(key);
        var own = EnvironmentFiles.Fold(service, file.File, context);
        var result = service.Extends is { } reference
            ? Parent(file, reference) is { } parent ? file.Merge(parent, own) : null
            : ServiceMerge.WithEffectiveLinks(own);
        _chain.RemoveAt(_chain.Count - 1);
        _done[key] = result;
        return result;
    }

    private ServiceDraft? Parent(ServiceFile file, ExtendsReference reference)
    {
        if (reference is { File: null, Stack: { } stack })
        {
            Member(reference, "stack").Error("source_not_found",
                $"The stack '{Shown.Short(stack)}' cannot be loaded: this master has no stack registry. Upload its file and name it with 'file:'.");
            return null;
        }
        var target = file;
        if (reference.File is { } name)
        {
            if (context.Find(name, file.File, Member(reference, "file"), "source_not_found") is not { } found || file.Open(found) is not { } opened)
            {
                return null;
            }
            target = opened;
        }
        if (target.Find(reference.Service) is not { } parent)
        {
            Member(reference, "service").Error("extends_not_found",
                $"There is no service '{Shown.Short(reference.Service)}' in {Shown.Short(target.File)}.{NearestName.DidYouMean(reference.Service, target.Services.Select(s => s.Name))}");
            return null;
        }
        if (_chain.Count >= LongestChain)
        {
            Member(reference, "service").Error("circular_extends", $"More than {LongestChain} services extend each other in a row. Put the common keys into one service.");
            return null;
        }
        if (_chain.Contains((target.File, parent.Name)))
        {
            var circle = string.Join(" → ", _chain.SkipWhile(c => c != (target.File, parent.Name)).Take(10).Select(c => c.Service).Append(parent.Name));
            Member(reference, "service").Error("circular_extends", $"The services extend each other in a circle: {Shown.Short(circle)}. Remove one 'extends'.");
            return null;
        }
        return Resolve(target, parent);
    }

    private static Place Member(ExtendsReference reference, string key) =>
        reference.At.Node is YamlMapping mapping && mapping.Find(key) is { } entry ? reference.At.Of(entry) : reference.At;
}
