using System.Collections.Immutable;

namespace Kontena.Core.Services;

public enum LinkProblemKind
{
    /// <summary>A link names a service that the stack does not have.</summary>
    Missing,

    /// <summary>Services wait for each other.</summary>
    Circular,
}

/// <param name="Service">The service whose link is wrong.</param>
/// <param name="Link">The name that it links to.</param>
public sealed record LinkProblem(LinkProblemKind Kind, string Service, string Link, string Message);

/// <summary>The order in which the services of a stack are created and deployed: linked ones first, ties by name.</summary>
/// <param name="Services">Complete even when there are problems: services of a circle, and those behind it, stand by name.</param>
public sealed record LinkOrder(ImmutableArray<ServiceSpec> Services, ImmutableArray<LinkProblem> Problems)
{
    /// <summary>
    /// Counts links (which contain <c>depends_on</c>), and the services behind <c>volumes_from</c> and
    /// <c>net: container:</c>, whose containers must exist first. Links into other stacks are not looked at.
    /// </summary>
    /// <param name="services">Of one stack, with unique names.</param>
    public static LinkOrder Of(IEnumerable<ServiceSpec> services)
    {
        var specs = services.ToImmutableSortedDictionary(s => s.Name, s => s, StringComparer.Ordinal);
        var problems = ImmutableArray.CreateBuilder<LinkProblem>();
        var needs = specs.ToDictionary(s => s.Key, s => Needs(s.Value, specs, problems), StringComparer.Ordinal);
        var neededBy = needs.SelectMany(n => n.Value.Select(need => (need, n.Key))).ToLookup(n => n.need, n => n.Key, StringComparer.Ordinal);

        var order = ImmutableArray.CreateBuilder<ServiceSpec>(specs.Count);
        var waitsFor = needs.ToDictionary(n => n.Key, n => n.Value.Count, StringComparer.Ordinal);
        var ready = new SortedSet<string>(needs.Where(n => n.Value.Count == 0).Select(n => n.Key), StringComparer.Ordinal);
        while (ready.Min is { } next)
        {
            ready.Remove(next);
            waitsFor.Remove(next);
            order.Add(specs[next]);
            ready.UnionWith(neededBy[next].Where(name => --waitsFor[name] == 0));
        }
        if (waitsFor.Count > 0)
        {
            problems.Add(Circle(waitsFor.Keys.Order(StringComparer.Ordinal).First(), needs, waitsFor));
            order.AddRange(waitsFor.Keys.Order(StringComparer.Ordinal).Select(name => specs[name]));
        }
        return new LinkOrder(order.ToImmutable(), problems.ToImmutable());
    }

    /// <summary>The service behind <c>NAME-2</c> or <c>NAME-%s</c>; null when the text has another form.</summary>
    internal static string? ServiceOfContainer(string name)
    {
        var dash = name.LastIndexOf('-');
        return dash > 0 && (name[(dash + 1)..] is "%s" or "%i" or "%d" || int.TryParse(name.AsSpan(dash + 1), out _)) ? name[..dash] : null;
    }

    private static SortedSet<string> Needs(
        ServiceSpec spec, ImmutableSortedDictionary<string, ServiceSpec> specs, ImmutableArray<LinkProblem>.Builder problems)
    {
        var needs = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var link in spec.Links.Where(link => !link.Name.Contains('/')))
        {
            if (specs.ContainsKey(link.Name))
            {
                needs.Add(link.Name);
            }
            else
            {
                problems.Add(new LinkProblem(LinkProblemKind.Missing, spec.Name, link.Name,
                    $"Service '{spec.Name}' links to '{link.Name}', which this stack does not have. "
                    + "Add that service, remove the link, or write STACK/SERVICE for one of another stack."));
            }
        }
        var containers = spec.Net.StartsWith("container:", StringComparison.Ordinal)
            ? spec.VolumesFrom.Add(spec.Net["container:".Length..])
            : spec.VolumesFrom;
        needs.UnionWith(containers.Select(ServiceOfContainer).OfType<string>().Where(specs.ContainsKey));
        return needs;
    }

    /// <summary>Follows the first need of each service until one comes twice: those between are the circle.</summary>
    private static LinkProblem Circle(string first, Dictionary<string, SortedSet<string>> needs, Dictionary<string, int> stuck)
    {
        var walked = new List<string>();
        var next = first;
        while (!walked.Contains(next))
        {
            walked.Add(next);
            next = needs[next].First(stuck.ContainsKey); // whatever is stuck needs something that is stuck
        }
        ImmutableArray<string> circle = [.. walked.SkipWhile(name => name != next), next];
        return new LinkProblem(LinkProblemKind.Circular, circle[0], circle[1],
            $"Services wait for each other: {string.Join(" → ", circle)}. Remove one of these links.");
    }
}
