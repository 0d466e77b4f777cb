using System.Collections.Immutable;
using Kontena.Core.Services;
using Kontena.Core.Stacks.Keys;

namespace Kontena.Core.Stacks.Drafts;

/// <summary>Lays a service over the one that it extends, key by key.</summary>
/// <remarks>docs/stack-file.md, extends.</remarks>
internal static class ServiceMerge
{
    public static ServiceDraft OfStack(ServiceDraft parent, ServiceDraft child)
    {
        var merged = Keys(parent, child, EnvironmentMerge.Over);
        var childLinks = child.Values.Has("links") ? child.List<PlacedLink>("links") : parent.List<PlacedLink>("links");
        SetLinks(merged, parent, child, [.. childLinks, .. child.List<PlacedLink>("depends_on")]);
        return child with { Values = merged };
    }

    /// <summary>In application files the child's variables come first.</summary>
    public static ServiceDraft OfApplication(ServiceDraft parent, ServiceDraft child)
    {
        var merged = Keys(parent, child, (p, c) => EnvironmentMerge.Before(c, p));
        var childLinks = child.Values.Has("links") ? child.List<PlacedLink>("links") : parent.List<PlacedLink>("links");
        SetLinks(merged, parent, child, [.. childLinks, .. child.List<PlacedLink>("depends_on")]);
        return child with { Values = merged };
    }

    /// <summary>Links and depends_on are one list after this: what the service uses.</summary>
    public static ServiceDraft WithEffectiveLinks(ServiceDraft service)
    {
        if (!service.Values.Has("depends_on"))
        {
            return service;
        }
        var values = service.Values.Copy();
        SetLinks(values, service, service, [.. service.List<PlacedLink>("links"), .. service.List<PlacedLink>("depends_on")]);
        return service with { Values = values };
    }

    private static KeyValues Keys(
        ServiceDraft parent, ServiceDraft child,
        Func<ImmutableArray<EnvironmentVariable>, ImmutableArray<EnvironmentVariable>, ImmutableArray<EnvironmentVariable>> environment)
    {
        var merged = parent.Values.Copy();
        foreach (var own in new[] { "only_if", "skip_if", "extends" })
        {
            merged.Remove(own);
        }
        foreach (var key in child.Values.Names)
        {
            child.Values.TryGet(key, out var value);
            if (value!.Place.IsNull)
            {
                merged.Remove(key); // an explicit null takes the inherited value away
                continue;
            }
            merged.Set(key, key switch
            {
                "environment" => value with { Value = environment(parent.List<EnvironmentVariable>(key), child.List<EnvironmentVariable>(key)) },
                "secrets" => value with { Value = Secrets(parent.List<ServiceSecret>(key), child.List<ServiceSecret>(key)) },
                _ => value,
            });
        }
        return merged;
    }

    private static ImmutableArray<ServiceSecret> Secrets(ImmutableArray<ServiceSecret> parent, ImmutableArray<ServiceSecret> child) =>
        [.. child, .. parent.Where(p => !child.Any(c => c.Secret == p.Secret))];

    private static void SetLinks(KeyValues merged, ServiceDraft parent, ServiceDraft child, ImmutableArray<PlacedLink> links)
    {
        merged.Remove("depends_on");
        merged.Remove("links");
        if (links.IsEmpty)
        {
            return;
        }
        var source = child.Values.TryGet("links", out var own) || child.Values.TryGet("depends_on", out own) ||
            parent.Values.TryGet("links", out own) || parent.Values.TryGet("depends_on", out own) ? own : null;
        merged.Set("links", new KeyValue(links.DistinctBy(l => l.Link).ToImmutableArray(), source!.Place));
    }
}
