using System.Collections.Immutable;
using Kontena.Core.Services;
using Kontena.Core.Stacks.Compose;
using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Drafts;

/// <summary>Makes the specification of a service from its final draft.</summary>
internal static class ServiceBuilder
{
    /// <returns>Null after a finding.</returns>
    public static ServiceSpec? Build(ServiceDraft draft, ReadingContext context)
    {
        var values = draft.Values;
        Refuse(draft, context);
        if ((values.Text("image") ?? Derived(draft, context)) is not { } image)
        {
            if (!values.TryGet("image", out var given) || given.Place.IsNull)
            {
                MissingImage(draft, context);
            }
            return null;
        }
        var logging = values.Reference<LoggingValue>("logging");
        return new ServiceSpec
        {
            Name = draft.Name,
            Image = image,
            Instances = values.Value<int>("instances") ?? 1,
            Stateful = values.Value<bool>("stateful") ?? false,
            Command = draft.List<string>("command"),
            Entrypoint = values.Text("entrypoint"),
            Environment = EnvironmentMerge.LastOfEach(draft.List<EnvironmentVariable>("environment")),
            Ports = draft.List<PortMapping>("ports"),
            Links = [.. draft.List<PlacedLink>("links").Select(l => l.Link)],
            ExternalLinks = [.. draft.List<PlacedLink>("external_links").Select(l => l.Link)],
            Volumes = [.. draft.List<PlacedMount>("volumes").Select(v => v.Mount)],
            VolumesFrom = draft.List<string>("volumes_from"),
            Affinity = draft.List<string>("affinity"),
            CapAdd = draft.List<string>("cap_add"),
            CapDrop = draft.List<string>("cap_drop"),
            Privileged = values.Value<bool>("privileged") ?? false,
            ReadOnly = values.Value<bool>("read_only") ?? false,
            User = values.Text("user"),
            Net = values.Text("network_mode") ?? "bridge",
            Pid = values.Text("pid"),
            Cpus = values.Value<decimal>("cpus"),
            CpuShares = values.Value<int>("cpu_shares"),
            MemoryBytes = values.Value<long>("mem_limit"),
            MemorySwapBytes = values.Value<long>("memswap_limit"),
            ShmSizeBytes = values.Value<long>("shm_size"),
            LogDriver = logging?.Driver,
            LogOptions = logging?.Options ?? ImmutableSortedDictionary<string, string>.Empty,
            Secrets = draft.List<ServiceSecret>("secrets"),
            Deploy = values.Reference<DeployOptions>("deploy") ?? new DeployOptions(),
            Hooks = values.Reference<ServiceHooks>("hooks") ?? new ServiceHooks(),
            HealthCheck = values.Reference<HealthCheck>("health_check"),
            StopSignal = values.Text("stop_signal"),
            StopGrace = values.Value<TimeSpan>("stop_grace_period"),
        };
    }

    /// <summary>Says at each key that this version of the product cannot honour what to do instead.</summary>
    private static void Refuse(ServiceDraft draft, ReadingContext context)
    {
        var features = context.Features;
        foreach (var key in ServiceKeys.All.Where(k => k.Refusal is not null).DistinctBy(k => k.Name))
        {
            var works = key.Name == "build" ? features.Builds : features.Vault;
            if (works || !draft.Values.TryGet(key.Name, out var given) || given.Place.IsNull)
            {
                continue;
            }
            if (given.Value is ComposeBuild)
            {
                // A Compose file has its build for Compose; an image beside it or in the extending file is what runs here.
                if (draft.Values.Has("image"))
                {
                    given.Place.Warning("unsupported_key", $"Kontena does not build images. '{draft.Name}' runs the image '{Shown.Short(draft.Values.Text("image") ?? "")}' as it was pushed.");
                }
                continue;
            }
            given.Place.Error("unsupported_key", key.Refusal!);
        }
        if (!features.Builds && draft.Values.TryGet("hooks", out var hooks) && (hooks.Place.Node as YamlMapping)?.Find("pre_build") is { } hook)
        {
            hooks.Place.Of(hook).Warning("unsupported_key", "Kontena does not build images, so 'pre_build' hooks never run. Run them where you build the image.");
        }
    }

    /// <summary>The name under which the image of a Compose build would be pushed.</summary>
    private static string? Derived(ServiceDraft draft, ReadingContext context)
    {
        if (!context.Features.Builds || !draft.Values.TryGet("build", out var given) || given.Value is not ComposeBuild build)
        {
            return null;
        }
        context.Findings.Warning("image_derived", draft.At, draft.Path.Add("image"), $"The image of '{Shown.Short(draft.Name)}' is pushed and pulled as {Shown.Short(build.Image)}.");
        return build.Image;
    }

    private static void MissingImage(ServiceDraft draft, ReadingContext context)
    {
        var builds = draft.Values.TryGet("build", out var build) && !build.Place.IsNull && !context.Features.Builds;
        var message = builds
            ? $"The service '{Shown.Short(draft.Name)}' has no image, and Kontena does not build one. Build and push it yourself, then name it with 'image:'."
            : $"The service '{Shown.Short(draft.Name)}' has no image. Name one with 'image:', such as image: redis:7.";
        context.Findings.Error("required", draft.At, draft.Path.Add("image"), message);
    }
}
