using System.Collections.Immutable;
using Kontena.Core.Protocol;
using Kontena.Core.Services;

namespace Kontena.Agent.Networks;

/// <summary>The names under which an instance answers on the grid's network.</summary>
/// <remarks>
/// docs/protocol.md, names. Every name is qualified, and each container's search list begins with its own stack: that is
/// what makes <c>SERVICE</c> mean the service of the same stack. Names with a dot stand here unqualified as well, because a
/// resolver asks for those as they are before it tries the search list.
/// </remarks>
internal static class InstanceAliases
{
    public static ImmutableArray<string> Of(InstanceOrder order, string grid)
    {
        var (service, number) = (order.Spec.Name, order.Number);
        var domain = InstanceName.Domain(grid, order.Stack);
        var numbered = InstanceName.Short(service, number);
        List<string> names = [$"{service}.{domain}", $"{numbered}.{domain}"];
        if (order.Stack == StackName.Default)
        {
            // Services without a stack had these names before there were stacks.
            names.AddRange([$"{service}.kontena.local", $"{numbered}.kontena.local"]);
        }
        else
        {
            names.AddRange([$"{service}.{order.Stack}", $"{numbered}.{order.Stack}"]);
            if (order.Exposed)
            {
                names.AddRange([domain, $"{order.Stack}-{number}.{grid}.kontena.local"]);
            }
        }
        names.AddRange(order.LinkAliases.Select(alias => $"{alias}.{domain}"));
        return [.. names.Select(n => n.ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>The container's own stack first, then what is common to the grid.</summary>
    public static ImmutableArray<string> Search(string stack, string grid) => stack == StackName.Default
        ? [InstanceName.Domain(grid, stack), "kontena.local"]
        : [InstanceName.Domain(grid, stack), $"{grid}.kontena.local"];
}
