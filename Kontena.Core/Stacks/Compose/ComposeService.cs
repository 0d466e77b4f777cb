using System.Collections.Immutable;
using Kontena.Core.Services;
using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Compose;

/// <summary>Reads one service of a Compose file into the keys of Kontena, and reports what cannot be carried over.</summary>
/// <remarks>docs/stack-file.md, Compose files.</remarks>
internal static class ComposeService
{
    public static KeyValues Read(Place service, ComposeScope scope)
    {
        var values = new KeyValues();
        var mapping = (YamlMapping)service.Node;
        foreach (var entry in mapping.Entries)
        {
            var at = service.Of(entry);
            if (ComposeKeys.NotCarriedOver.Contains(entry.Name))
            {
                at.NotCarriedOver(entry.Key.Span);
            }
            else if (ComposeKeys.Known.Contains(entry.Name))
            {
                ReadKey(entry.Name, at, values, scope);
            }
            else if (!entry.Name.StartsWith("x-", StringComparison.Ordinal))
            {
                Unknown(at, entry);
            }
        }
        Words(mapping, service, values);
        Environment(mapping, service, values, scope);
        if (mapping.Find("x-kontena") is { } extension && service.Of(extension) is { Node: YamlMapping } own)
        {
            var keys = KeyReader.Read(own, ServiceKeys.All, KeyFormats.Stack);
            foreach (var key in keys.Names.Except(["extends", "only_if", "skip_if"]))
            {
                keys.TryGet(key, out var value);
                values.Set(key, value!);
            }
        }
        return values;
    }

    /// <summary>Reads a key that means the same in Kontena.</summary>
    public static void Standard(Place at, string key, KeyValues values)
    {
        var description = ServiceKeys.All.First(k => k.Name == key && k.In(KeyFormats.Stack));
        values.Set(key, new KeyValue(KeyReader.ReadValue(at, description), at));
    }

    public static void Size(Place at, string key, KeyValues values)
    {
        if (ByteSizeText.ParseCompose(at.Text) is { } bytes)
        {
            values.Set(key, new KeyValue(bytes, at));
        }
        else if (!at.IsNull)
        {
            at.Error("invalid", $"'{Shown.Short(at.Text)}' is no size. Write a number with b, k, m or g, such as 512m.");
        }
    }

    private static void ReadKey(string key, Place at, KeyValues values, ComposeScope scope)
    {
        switch (key)
        {
            case "image" or "links" or "external_links" or "cap_add" or "cap_drop" or "network_mode" or "stop_signal" or "stop_grace_period":
                Standard(at, key, values);
                break;
            case "user":
                Standard(at.Scalar is { Kind: ScalarKind.Integer } number ? at with { Node = YamlScalar.Quoted(number.Span, number.Text) } : at, key, values);
                break;
            case "privileged" or "read_only" or "cpus" or "cpu_shares":
                Standard(at.Typed(), key, values);
                break;
            case "mem_limit" or "memswap_limit" or "shm_size":
                Size(at, key, values);
                break;
            case "scale" when !values.Has("instances"):
                Standard(at.Typed(), "instances", values);
                break;
            case "build":
                Build(at);
                values.Set(key, new KeyValue(new ComposeBuild($"registry.kontena.local/{scope.StackName}-{at.Path[^2]}:latest"), at));
                break;
            case "ports":
                values.Set(key, new KeyValue(ComposePorts.Read(at), at));
                break;
            case "volumes":
                values.Set(key, new KeyValue(ComposeVolumes.Read(at, scope), at));
                break;
            case "depends_on":
                values.Set(key, new KeyValue(DependsOn(at), at));
                break;
            case "secrets":
                values.Set(key, new KeyValue(Secrets(at, scope), at));
                break;
            case "deploy":
                ComposeDeploy.Read(at, values);
                break;
            case "healthcheck":
                if (ComposeHealth.Read(at) is { } check)
                {
                    values.Set("health_check", new KeyValue(check, at));
                }
                break;
            case "logging":
                Logging(at, values);
                break;
            case "pid" when at.Text == "host":
                values.Set(key, new KeyValue("host", at));
                break;
            case "pid":
                at.ValueNotCarriedOver("Only 'host' can be carried over.");
                break;
            case "restart" when at.Text is not ("always" or "unless-stopped"):
                at.ValueNotCarriedOver("Kontena always restarts what ends; deploy.restart in a kontena.yml says how.");
                break;
            case "volumes_from":
                VolumesFrom(at, values);
                break;
            case "post_start" or "pre_stop":
                ComposeHooks.Read(at, values);
                break;
            default:
                break; // expose, profiles, extends and x-kontena are read elsewhere or need nothing
        }
    }

    private static void Unknown(Place at, YamlEntry entry)
    {
        var own = ServiceKeys.All.Any(k => k.Name == entry.Name);
        at.Findings.Error("unknown_key", entry.Key.Span, at.Path, own
            ? $"'{entry.Name}' is a key of Kontena and not of Compose. Put it below 'x-kontena', or into a kontena.yml that extends this file."
            : $"Compose has no key '{Shown.Short(entry.Name)}'.{NearestName.DidYouMean(entry.Name, ComposeKeys.Known.Concat(ComposeKeys.NotCarriedOver))}");
    }

    private static void Words(YamlMapping service, Place at, KeyValues values)
    {
        var entrypoint = service.Find("entrypoint") is { } e ? Split(at.Of(e)) : [];
        var command = service.Find("command") is { } c ? Split(at.Of(c)) : [];
        if (!entrypoint.IsEmpty)
        {
            values.Set("entrypoint", new KeyValue(entrypoint[0], at.Of(service.Find("entrypoint")!)));
        }
        ImmutableArray<string> words = [.. entrypoint.Skip(1), .. command];
        if (!words.IsEmpty)
        {
            values.Set("command", new KeyValue(words, at.Of(service.Find("command") ?? service.Find("entrypoint")!)));
        }
    }

    private static ImmutableArray<string> Split(Place at) => at.Node is YamlScalar { IsNull: false }
        ? ServiceValues.Command(at) is ImmutableArray<string> words ? words : []
        : at.Words();

    private static void Environment(YamlMapping service, Place at, KeyValues values, ComposeScope scope)
    {
        var inline = service.Find("environment") is { } e ? ComposeEnvironment.Read(at.Of(e), scope) : [];
        var files = service.Find("env_file") is { } f ? ComposeEnvironment.OfFiles(at.Of(f), scope) : [];
        if (!inline.IsEmpty || !files.IsEmpty)
        {
            values.Set("environment", new KeyValue(
                Drafts.EnvironmentMerge.Before(Drafts.EnvironmentMerge.LastOfEach(inline), files), at.Of(service.Find("environment") ?? service.Find("env_file")!)));
        }
    }

    private static void Build(Place at)
    {
        if (at.Node is not YamlMapping)
        {
            return;
        }
        foreach (var (entry, place) in at.Entries().Where(e => e.Entry.Name is not ("context" or "dockerfile" or "args")))
        {
            place.NotCarriedOver(entry.Key.Span);
        }
    }

    private static ImmutableArray<PlacedLink> DependsOn(Place at)
    {
        if (at.Node is not YamlMapping)
        {
            return [.. at.ItemsOrOne().Where(i => i.Text.Length > 0).Select(i => new PlacedLink(new ServiceLink(i.Text, i.Text), i))];
        }
        var links = ImmutableArray.CreateBuilder<PlacedLink>();
        foreach (var (entry, place) in at.Entries())
        {
            links.Add(new PlacedLink(new ServiceLink(entry.Name, entry.Name), place with { Span = entry.Key.Span }));
            if ((place.Node as YamlMapping)?.Find("condition") is { } condition && place.Of(condition) is { Text: "service_completed_successfully" } completed)
            {
                completed.ValueNotCarriedOver($"Kontena deploys '{Shown.Short(entry.Name)}' first, but does not wait for it to end.");
            }
        }
        return links.ToImmutable();
    }

    private static ImmutableArray<ServiceSecret> Secrets(Place at, ComposeScope scope)
    {
        var secrets = ImmutableArray.CreateBuilder<ServiceSecret>();
        var untargeted = false;
        foreach (var item in at.ItemsOrOne())
        {
            var mapping = item.Node as YamlMapping;
            var source = mapping is null ? item.Text : (mapping.Get("source") as YamlScalar)?.Value.Text ?? "";
            var target = (mapping?.Get("target") as YamlScalar)?.Value.Text;
            untargeted |= target is null;
            if (scope.Secrets.TryGetValue(source, out var name))
            {
                secrets.Add(new ServiceSecret(name, target ?? source, "env"));
            }
            else
            {
                item.Error("undeclared_secret", $"There is no secret '{Shown.Short(source)}' below 'secrets' at the top level.{NearestName.DidYouMean(source, scope.Secrets.Keys)}");
            }
        }
        if (untargeted)
        {
            at.Warning("secret_as_env", "Compose mounts secrets as files; Kontena passes these as environment variables of the same names.");
        }
        return secrets.ToImmutable();
    }

    private static void Logging(Place at, KeyValues values)
    {
        string? driver = null;
        ImmutableSortedDictionary<string, string>? options = null;
        foreach (var (entry, place) in at.Entries())
        {
            driver = entry.Name == "driver" ? place.Text : driver;
            options = entry.Name == "options" && place.Node is YamlMapping ? ServiceValues.Options(place) : options;
        }
        values.Set("logging", new KeyValue(new LoggingValue(driver, options), at));
    }

    private static void VolumesFrom(Place at, KeyValues values)
    {
        foreach (var item in at.ItemsOrOne().Where(i => i.Text.StartsWith("container:", StringComparison.Ordinal)))
        {
            item.ValueNotCarriedOver("Containers outside of Kontena cannot lend their volumes.");
        }
        values.Set("volumes_from", new KeyValue(at.Words().Where(w => !w.StartsWith("container:", StringComparison.Ordinal)).ToImmutableArray(), at));
    }
}
