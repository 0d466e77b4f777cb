using System.Collections.Immutable;
using Kontena.Core.Stacks.Keys;

namespace Kontena.Core.Stacks.Formats;

/// <summary>Links within the stack lead somewhere, and never in a circle.</summary>
internal static class LinkChecks
{
    public static void Check(ImmutableArray<BuiltService> services, Findings findings)
    {
        var links = services.ToDictionary(s => s.Spec.Name, s => s.Draft.List<PlacedLink>("links"), StringComparer.Ordinal);
        // A service that has errors is missing here, and a link to it is not wrong for that.
        if (!findings.HasErrors)
        {
            foreach (var link in links.Values.SelectMany(l => l).Where(l => IsInside(l) && !links.ContainsKey(l.Link.Name)).TakeWhile(_ => !findings.IsFull))
            {
                link.At.Error("invalid", $"There is no service '{Shown.Short(link.Link.Name)}' in this stack.{NearestName.DidYouMean(link.Link.Name, links.Keys)} Add it, remove the link, or write STACK/SERVICE for a service of another stack.");
            }
        }
        FindCircles(links);
    }

    private static bool IsInside(PlacedLink link) => !link.Link.Name.Contains('/', StringComparison.Ordinal);

    private static void FindCircles(Dictionary<string, ImmutableArray<PlacedLink>> links)
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in links.Keys)
        {
            Walk(start);
        }

        // With a stack of its own: a chain of a thousand services must not use up the thread's.
        void Walk(string start)
        {
            var path = new List<string>();
            var open = new Stack<(string Service, int Next)>();
            Enter(start);
            while (open.TryPop(out var step))
            {
                if (step.Next >= links[step.Service].Length)
                {
                    path.RemoveAt(path.Count - 1);
                    continue;
                }
                open.Push((step.Service, step.Next + 1));
                var link = links[step.Service][step.Next];
                if (path.IndexOf(link.Link.Name) is >= 0 and var from)
                {
                    var circle = string.Join(" → ", path.Skip(from).Append(link.Link.Name).Take(12));
                    link.At.Error("circular_link", $"The links go in a circle, so no service can be deployed first: {circle}. Remove one of them.");
                }
                else if (IsInside(link) && links.ContainsKey(link.Link.Name))
                {
                    Enter(link.Link.Name);
                }
            }

            void Enter(string service)
            {
                if (done.Add(service))
                {
                    path.Add(service);
                    open.Push((service, 0));
                }
            }
        }
    }
}
