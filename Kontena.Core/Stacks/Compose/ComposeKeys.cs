using System.Collections.Frozen;

namespace Kontena.Core.Stacks.Compose;

/// <summary>The service keys of Compose that Kontena knows and cannot carry over.</summary>
internal static class ComposeKeys
{
    public static FrozenSet<string> NotCarriedOver { get; } = FrozenSet.Create(StringComparer.Ordinal,
        "annotations", "attach", "blkio_config", "cgroup", "cgroup_parent", "configs", "container_name", "cpu_count", "cpu_percent", "cpu_period",
        "cpu_quota", "cpu_rt_period", "cpu_rt_runtime", "cpuset", "credential_spec", "develop", "device_cgroup_rules", "devices", "dns", "dns_opt",
        "dns_search", "domainname", "extra_hosts", "gpus", "group_add", "hostname", "init", "ipc", "isolation", "label_file", "labels",
        "mac_address", "mem_reservation", "mem_swappiness", "models", "networks", "oom_kill_disable", "oom_score_adj", "platform", "provider",
        "pull_policy", "pull_refresh_after", "runtime", "security_opt", "stdin_open", "storage_opt", "sysctls", "tmpfs", "tty", "ulimits",
        "use_api_socket", "userns_mode", "uts", "volume_driver", "working_dir");

    /// <summary>The keys that are carried over or need no carrying.</summary>
    public static FrozenSet<string> Known { get; } = FrozenSet.Create(StringComparer.Ordinal,
        "image", "build", "command", "entrypoint", "environment", "env_file", "ports", "expose", "volumes", "depends_on", "links", "external_links",
        "secrets", "deploy", "scale", "cpus", "cpu_shares", "mem_limit", "memswap_limit", "shm_size", "healthcheck", "logging", "network_mode",
        "user", "privileged", "read_only", "cap_add", "cap_drop", "stop_signal", "stop_grace_period", "pid", "restart", "post_start", "pre_stop",
        "profiles", "extends", "volumes_from", "x-kontena");
}
