using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Kontena.Core.Services;
using Kontena.Core.Stacks;

namespace Kontena.Core.Tests.Stacks;

/// <summary>A specification in the members that the cases use; defaults and empty members are left out on both sides.</summary>
internal static class SpecJsonForm
{
    private static readonly string[] NotInSpec = ["build", "certificates"];

    public static JsonObject Of(StackVolume volume)
    {
        var json = new JsonObject { ["name"] = volume.Name, ["external"] = volume.External };
        if (volume.Create is { } create)
        {
            json["create"] = new JsonObject { ["driver"] = create.Driver, ["scope"] = create.Scope, ["driver_opts"] = Map(create.DriverOptions) };
        }
        return Reduced(json);
    }

    public static JsonObject Of(ServiceSpec spec) => Reduced(new JsonObject
    {
        ["name"] = spec.Name,
        ["image"] = spec.Image,
        ["instances"] = spec.Instances == 1 ? null : spec.Instances,
        ["env"] = Texts(spec.Environment.Select(v => v.Name + "=" + v.Value)),
        ["links"] = Links(spec.Links),
        ["external_links"] = Links(spec.ExternalLinks),
        ["ports"] = new JsonArray([.. spec.Ports.Select(p => new JsonObject
        {
            ["ip"] = p.Ip, ["container_port"] = p.ContainerPort, ["node_port"] = p.NodePort, ["protocol"] = p.Protocol,
        })]),
        ["memory"] = spec.MemoryBytes,
        ["memory_swap"] = spec.MemorySwapBytes,
        ["shm_size"] = spec.ShmSizeBytes,
        ["cpus"] = spec.Cpus is { } cpus ? (double)cpus : null,
        ["cpu_shares"] = spec.CpuShares,
        ["volumes"] = Texts(spec.Volumes.Select(v => v.ToString())),
        ["volumes_from"] = Texts(spec.VolumesFrom),
        ["cmd"] = Texts(spec.Command),
        ["entrypoint"] = spec.Entrypoint,
        ["affinity"] = Texts(spec.Affinity),
        ["user"] = spec.User,
        ["stateful"] = spec.Stateful ? true : null,
        ["privileged"] = spec.Privileged ? true : null,
        ["read_only"] = spec.ReadOnly ? true : null,
        ["cap_add"] = Texts(spec.CapAdd),
        ["cap_drop"] = Texts(spec.CapDrop),
        ["net"] = spec.Net == "bridge" ? null : spec.Net,
        ["pid"] = spec.Pid,
        ["log_driver"] = spec.LogDriver,
        ["log_opts"] = Map(spec.LogOptions),
        ["strategy"] = spec.Deploy.Strategy == "ha" ? null : spec.Deploy.Strategy,
        ["deploy_opts"] = new JsonObject
        {
            ["wait_for_port"] = spec.Deploy.WaitForPort,
            ["min_health"] = spec.Deploy.MinHealth is { } health ? (double)health : null,
            ["interval"] = spec.Deploy.Interval is { } interval ? (long)interval.TotalSeconds : null,
        },
        ["hooks"] = new JsonObject
        {
            ["pre_start"] = Hooks(spec.Hooks.PreStart), ["post_start"] = Hooks(spec.Hooks.PostStart), ["pre_stop"] = Hooks(spec.Hooks.PreStop),
        },
        ["secrets"] = new JsonArray([.. spec.Secrets.Select(s => new JsonObject { ["secret"] = s.Secret, ["name"] = s.Name, ["type"] = s.Type })]),
        ["health_check"] = spec.HealthCheck is { } check ? new JsonObject
        {
            ["protocol"] = check.Protocol, ["port"] = check.Port, ["uri"] = check.Uri == "/" ? null : check.Uri,
            ["timeout"] = Seconds(check.Timeout, 10), ["interval"] = Seconds(check.Interval, 60), ["initial_delay"] = Seconds(check.InitialDelay, 10),
        } : null,
        ["stop_signal"] = spec.StopSignal,
        ["stop_grace_period"] = spec.StopGrace?.TotalSeconds,
    });

    /// <summary>What a case says about a service, without what the specification does not hold, in the same form.</summary>
    public static JsonObject Known(JsonObject expected)
    {
        var json = expected.DeepClone().AsObject();
        foreach (var member in NotInSpec)
        {
            json.Remove(member);
        }
        DropDefaults(json);
        if (json["stop_grace_period"] is { } grace)
        {
            json["stop_grace_period"] = DurationText.Parse((string)grace!)!.Value.TotalSeconds;
        }
        if (json["volumes"] is JsonArray volumes)
        {
            json["volumes"] = Texts(volumes.Select(v => ((string)v!).Replace("<input>", "", StringComparison.Ordinal)));
        }
        if (json["env"] is JsonArray environment)
        {
            json["env"] = Texts(environment.Select(e => (string)e!).Select(e => e.Contains('=', StringComparison.Ordinal) ? e : e + "="));
        }
        if (json["hooks"] is JsonObject hooks)
        {
            hooks.Remove("pre_build");
            foreach (var hook in hooks.SelectMany(h => h.Value!.AsArray()))
            {
                hook!["instances"] = hook["instances"]?.ToString();
                hook["oneshot"] ??= false;
            }
        }
        return Reduced(json);
    }

    /// <summary>Members in order of their names, so that texts can be compared.</summary>
    public static JsonNode Sorted(JsonNode node) => node switch
    {
        JsonObject map => new JsonObject(map.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Key, m.Value is null ? null : (JsonNode?)Sorted(m.Value)))),
        JsonArray list => new JsonArray([.. list.Select(m => m is null ? null : Sorted(m))]),
        _ => node.DeepClone(),
    };

    private static void DropDefaults(JsonObject json)
    {
        foreach (var (member, value) in new[] { ("instances", "1"), ("strategy", "ha"), ("net", "bridge"), ("stateful", "false"), ("read_only", "false"), ("privileged", "false") })
        {
            if (json[member]?.ToString() == value)
            {
                json.Remove(member);
            }
        }
        if (json["health_check"] is JsonObject check)
        {
            foreach (var (member, value) in new[] { ("timeout", "10"), ("interval", "60"), ("initial_delay", "10"), ("uri", "/") })
            {
                if (check[member]?.ToString() == value)
                {
                    check.Remove(member);
                }
            }
        }
    }

    private static JsonObject Reduced(JsonObject json)
    {
        foreach (var (name, value) in json.ToList())
        {
            var empty = value is null || value is JsonArray { Count: 0 } || (value is JsonObject inner && Reduced(inner).Count == 0);
            if (empty)
            {
                json.Remove(name);
            }
        }
        return json;
    }

    private static double? Seconds(TimeSpan time, int otherwise) => time.TotalSeconds == otherwise ? null : time.TotalSeconds;

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);

    private static JsonObject Map(ImmutableSortedDictionary<string, string> map) => new(map.Select(m => KeyValuePair.Create<string, JsonNode?>(m.Key, m.Value)));

    private static JsonArray Links(IEnumerable<ServiceLink> links) => new([.. links.Select(l => new JsonObject { ["name"] = l.Name, ["alias"] = l.Alias })]);

    private static JsonArray Hooks(IEnumerable<ServiceHook> hooks) => new([.. hooks.Select(h => new JsonObject
    {
        ["name"] = h.Name, ["cmd"] = h.Command, ["oneshot"] = h.Oneshot,
        ["instances"] = h.Instances.IsEmpty ? "*" : string.Join(',', h.Instances.Select(i => i.ToString(CultureInfo.InvariantCulture))),
    })]);
}
