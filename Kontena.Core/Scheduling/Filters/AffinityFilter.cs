using System.Text.RegularExpressions;
using Kontena.Core.Nodes;

namespace Kontena.Core.Scheduling.Filters;

/// <summary>Applies the rules of the service, or the grid's when it has none, one after the other.</summary>
/// <remarks>docs/scheduling.md, affinity. The two lists are never merged.</remarks>
public sealed class AffinityFilter : IPlacementFilter
{
    public Candidates Narrow(PlacementRequest request, Candidates nodes)
    {
        foreach (var text in request.Spec.Affinity.IsEmpty ? request.Grid.DefaultAffinity : request.Spec.Affinity)
        {
            var parsed = AffinityRule.Parse(request.Substitute(text));
            if (!parsed.Ok)
            {
                return nodes.Fail(FilterCode.AffinityInvalid, $"was not considered: {parsed.Problem.Message.TrimEnd('.')}");
            }
            try
            {
                nodes = Apply(parsed.Value, request, nodes);
            }
            catch (RegexMatchTimeoutException)
            {
                return nodes.Fail(FilterCode.AffinityInvalid, $"was not considered: the pattern of '{text}' takes too long");
            }
            if (nodes.IsEmpty)
            {
                break;
            }
        }
        return nodes;
    }

    private static Candidates Apply(AffinityRule rule, PlacementRequest request, Candidates nodes)
    {
        var matches = Matcher(rule, request);
        if (matches is null)
        {
            return nodes;
        }
        var meets = nodes.Nodes.Where(node => matches(node) != rule.Negated).Select(node => node.Id).ToHashSet();
        return rule.Soft && meets.Count == 0
            ? nodes
            : nodes.Keep(FilterCode.Affinity, node => meets.Contains(node.Id), _ => $"does not meet the affinity '{rule.Text}'");
    }

    /// <returns>Null: the rule is met everywhere.</returns>
    private static Func<NodeSnapshot, bool>? Matcher(AffinityRule rule, PlacementRequest request) => rule.Key switch
    {
        AffinityKey.Node => node => rule.Matches(node.Name),
        AffinityKey.Label => node => node.Labels.Any(rule.Matches),
        AffinityKey.Container => node => node.Containers.Any(container => rule.Matches(container.Name)),
        _ => ServiceMatcher(rule, request),
    };

    private static Func<NodeSnapshot, bool>? ServiceMatcher(AffinityRule rule, PlacementRequest request)
    {
        var services = request.Grid.Services.Where(service => Names(rule, request, service)).Select(service => service.Id).ToHashSet();

        // "Where my siblings are" must not keep the first one from starting.
        if (!rule.Negated && services.Count == 1 && services.Contains(request.Service.Id)
            && (request.WholeService || !request.Copy.HasSiblings(request.Service, except: request.Number)))
        {
            return null;
        }
        return node => request.Copy.RowsOn(node.Id).Any(row => services.Contains(row.Service.Id) && !request.IsOwn(row));
    }

    private static bool Names(AffinityRule rule, PlacementRequest request, ServiceSnapshot service)
    {
        var ownStack = service.Stack == request.Service.Stack;
        return rule.IsPattern
            ? rule.Value.Contains("\\/", StringComparison.Ordinal)
                ? rule.Matches($"{service.Stack}/{service.Name}")
                : ownStack && rule.Matches(service.Name)
            : rule.Value.Contains('/') ? rule.Matches($"{service.Stack}/{service.Name}") : ownStack && rule.Matches(service.Name);
    }
}
