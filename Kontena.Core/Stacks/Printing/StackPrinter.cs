using System.Globalization;
using Kontena.Core.Services;

namespace Kontena.Core.Stacks.Printing;

/// <summary>Writes a specification as a stack file, in the order in which people read one.</summary>
internal static class StackPrinter
{
    public static string Print(StackSpec stack)
    {
        var text = new YamlText();
        text.Key("stack", stack.Source.Length == 0 ? stack.Name : stack.Source).Key("version", stack.Version).Key("description", stack.Description)
            .Key("expose", stack.Expose).List("labels", stack.Labels);
        if (!stack.Services.IsEmpty)
        {
            text.Block("services", () =>
            {
                foreach (var service in stack.Services)
                {
                    text.Block(service.Name, () => Service(text, service));
                }
            });
        }
        if (!stack.Volumes.IsEmpty)
        {
            text.Block("volumes", () =>
            {
                foreach (var volume in stack.Volumes)
                {
                    text.Block(volume.Name, () => Volume(text, volume));
                }
            });
        }
        return text.ToString();
    }

    private static void Volume(YamlText text, StackVolume volume)
    {
        if (volume.External == volume.Name)
        {
            text.Flag("external", true);
        }
        else
        {
            text.Block("external", () => text.Key("name", volume.External));
        }
    }

    private static void Service(YamlText text, ServiceSpec service)
    {
        text.Key("image", service.Image);
        if (service.Instances != 1)
        {
            text.Raw("instances", service.Instances);
        }
        text.Flag("stateful", service.Stateful ? true : null)
            .Key("command", service.Command.IsEmpty ? null : ShellWords.Join(service.Command))
            .Key("entrypoint", service.Entrypoint)
            .Key("user", service.User)
            .List("environment", [.. service.Environment.Select(v => v.Name + "=" + v.Value)])
            .List("ports", [.. service.Ports.Select(PortText.Print)])
            .List("links", [.. service.Links.Select(Link)])
            .List("external_links", [.. service.ExternalLinks.Select(Link)])
            .List("volumes", [.. service.Volumes.Select(v => v.ToString())])
            .List("volumes_from", service.VolumesFrom)
            .List("affinity", service.Affinity)
            .Key("network_mode", service.Net == "bridge" ? null : service.Net)
            .Key("pid", service.Pid)
            .Raw("cpus", service.Cpus)
            .Raw("cpu_shares", service.CpuShares)
            .Key("mem_limit", Size(service.MemoryBytes))
            .Key("memswap_limit", Size(service.MemorySwapBytes))
            .Key("shm_size", Size(service.ShmSizeBytes))
            .List("cap_add", service.CapAdd)
            .List("cap_drop", service.CapDrop)
            .Flag("privileged", service.Privileged ? true : null)
            .Flag("read_only", service.ReadOnly ? true : null);
        Logging(text, service);
        Rollout(text, service.Deploy);
        Hooks(text, service.Hooks);
        Health(text, service.HealthCheck);
        text.Entries("secrets", [.. service.Secrets.Select(s => (IReadOnlyList<(string, string)>)
            [("secret", YamlText.Scalar(s.Secret)), ("name", YamlText.Scalar(s.Name)), ("type", YamlText.Scalar(s.Type))])]);
        text.Key("stop_signal", service.StopSignal).Key("stop_grace_period", Duration(service.StopGrace));
    }

    private static string Link(ServiceLink link) => link.Alias == link.Name ? link.Name : link.Name + ":" + link.Alias;

    private static void Logging(YamlText text, ServiceSpec service)
    {
        if (service.LogDriver is null && service.LogOptions.IsEmpty)
        {
            return;
        }
        text.Block("logging", () =>
        {
            text.Key("driver", service.LogDriver);
            if (!service.LogOptions.IsEmpty)
            {
                text.Block("options", () =>
                {
                    foreach (var (option, value) in service.LogOptions)
                    {
                        text.Key(option, value);
                    }
                });
            }
        });
    }

    private static void Rollout(YamlText text, DeployOptions deploy)
    {
        if (deploy == new DeployOptions() with { SpreadBy = deploy.SpreadBy } && deploy.SpreadBy.IsEmpty)
        {
            return;
        }
        text.Block("deploy", () =>
        {
            text.Key("strategy", deploy.Strategy == "ha" ? null : deploy.Strategy)
                .Raw("wait_for_port", deploy.WaitForPort).Raw("min_health", deploy.MinHealth)
                .Raw("interval", Seconds(deploy.Interval))
                .Raw("max_parallel", deploy.MaxParallel).Raw("max_failures", deploy.MaxFailures).Raw("canaries", deploy.Canaries)
                .Key("monitor", Duration(deploy.Monitor)).Key("healthy_deadline", Duration(deploy.HealthyDeadline))
                .Key("progress_deadline", Duration(deploy.ProgressDeadline))
                .Key("order", deploy.Order).Key("failure_action", deploy.FailureAction)
                .Flag("auto_promote", deploy.AutoPromote).Flag("pull_ahead", deploy.PullAhead).Flag("migrations", deploy.Migrations)
                .Flag("reschedule", deploy.Reschedule)
                .List("spread_by", deploy.SpreadBy);
            if (deploy.Restart is { } restart)
            {
                text.Block("restart", () => text.Key("condition", restart.Condition).Key("delay", Duration(restart.Delay))
                    .Raw("attempts", restart.Attempts).Key("window", Duration(restart.Window)).Key("mode", restart.Mode));
            }
            text.Key("reserve_memory", Size(deploy.ReserveMemoryBytes)).Raw("reserve_cpus", deploy.ReserveCpus)
                .Key("pull", deploy.Pull).Key("fence_after", Duration(deploy.FenceAfter));
        });
    }

    private static void Hooks(YamlText text, ServiceHooks hooks)
    {
        var points = new[]
        {
            ("pre_start", hooks.PreStart), ("post_start", hooks.PostStart), ("pre_stop", hooks.PreStop),
            ("pre_backup", hooks.PreBackup), ("post_backup", hooks.PostBackup),
        };
        if (points.All(p => p.Item2.IsEmpty))
        {
            return;
        }
        text.Block("hooks", () =>
        {
            foreach (var (point, entries) in points)
            {
                text.Entries(point, [.. entries.Select(h => (IReadOnlyList<(string, string)>)Hook(h, point == "post_start"))]);
            }
        });
    }

    private static List<(string, string)> Hook(ServiceHook hook, bool mayBeRequired)
    {
        var numbers = hook.Instances.IsDefaultOrEmpty ? "\"*\"" : "\"" + string.Join(',', hook.Instances.Select(i => i.ToString(CultureInfo.InvariantCulture))) + "\"";
        var members = new List<(string, string)> { ("name", YamlText.Scalar(hook.Name)), ("cmd", YamlText.Scalar(hook.Command)), ("instances", numbers) };
        if (hook.Oneshot)
        {
            members.Add(("oneshot", "true"));
        }
        if (hook.Required && mayBeRequired)
        {
            members.Add(("required", "true"));
        }
        return members;
    }

    private static void Health(YamlText text, HealthCheck? check)
    {
        if (check is null)
        {
            return;
        }
        var otherwise = new HealthCheck { Protocol = check.Protocol };
        text.Block("health_check", () => text.Key("protocol", check.Protocol).Raw("port", check.Port).Key("uri", check.Uri)
            .Raw("timeout", check.Timeout == otherwise.Timeout ? null : Seconds(check.Timeout))
            .Raw("interval", check.Interval == otherwise.Interval ? null : Seconds(check.Interval))
            .Raw("initial_delay", check.InitialDelay == otherwise.InitialDelay ? null : Seconds(check.InitialDelay)));
    }

    private static string? Size(long? bytes) => bytes is null ? null : ByteSizeText.Print(bytes.Value);

    private static string? Duration(TimeSpan? duration) => duration is null ? null : DurationText.Print(duration.Value);

    private static string? Seconds(TimeSpan? duration) => duration is null ? null : ((long)duration.Value.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
