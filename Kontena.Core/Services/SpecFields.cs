using System.Collections.Immutable;
using System.Globalization;

namespace Kontena.Core.Services;

/// <summary>One entry of a list, or the only one of a plain field.</summary>
/// <param name="Key">What makes it the same entry in two specs.</param>
/// <param name="Value">What is compared when the keys are equal.</param>
/// <param name="Text">As the stack file would write it.</param>
/// <param name="Secret">The value must not be shown.</param>
internal sealed record SpecEntry(string Key, string Value, string Text, bool Secret = false);

/// <param name="Field">The key in the stack file.</param>
/// <param name="Entries">Empty when the file would not mention it.</param>
/// <param name="Ordered">The order of the entries means something.</param>
internal sealed record SpecField(string Field, ImmutableArray<SpecEntry> Entries, bool Ordered = false)
{
    private readonly Dictionary<string, SpecEntry> _byKey = Entries.ToDictionary(e => e.Key, StringComparer.Ordinal);

    public string Joined => string.Join(", ", Entries.Select(e => e.Secret ? e.Key + "=••••" : e.Text));

    public bool Find(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SpecEntry? entry) => _byKey.TryGetValue(key, out entry);
}

/// <summary>A spec as the list of what the stack file says, in the order in which people read it.</summary>
internal static class SpecFields
{
    private static readonly ImmutableArray<string> SecretWords =
        ["PASSWORD", "PASSWD", "PASSPHRASE", "SECRET", "TOKEN", "KEY", "CREDENTIAL", "PRIVATE", "AUTH", "PWD", "DSN"];

    /// <returns>The same fields in the same order for every spec.</returns>
    public static ImmutableArray<SpecField> Of(ServiceSpec spec) =>
    [
        Plain("image", spec.Image),
        Plain("instances", Number(spec.Instances)),
        Plain("stateful", Flag(spec.Stateful)),
        Plain("command", spec.Command.IsEmpty ? null : string.Join(' ', spec.Command.Select(Quoted))),
        Plain("entrypoint", spec.Entrypoint),
        List("environment", spec.Environment.Select(v => new SpecEntry(v.Name, v.Value, $"{v.Name}={v.Value}", LooksSecret(v.Name, v.Value)))),
        List("ports", spec.Ports.Select(p => Whole(Text(p)))),
        List("links", spec.Links.Select(l => Whole(Text(l)))),
        List("external_links", spec.ExternalLinks.Select(l => Whole(Text(l)))),
        List("volumes", spec.Volumes.Select(v => Keyed(v.Path, v.ToString()))),
        List("volumes_from", spec.VolumesFrom.Select(Whole)),
        List("affinity", spec.Affinity.Select(Whole), ordered: true),
        List("cap_add", spec.CapAdd.Select(Whole)),
        List("cap_drop", spec.CapDrop.Select(Whole)),
        Plain("privileged", Flag(spec.Privileged)),
        Plain("read_only", Flag(spec.ReadOnly)),
        Plain("user", spec.User),
        Plain("net", spec.Net == "bridge" ? null : spec.Net),
        Plain("pid", spec.Pid),
        Plain("cpus", Number(spec.Cpus)),
        Plain("cpu_shares", Number(spec.CpuShares)),
        Plain("mem_limit", Bytes(spec.MemoryBytes)),
        Plain("memswap_limit", Bytes(spec.MemorySwapBytes)),
        Plain("shm_size", Bytes(spec.ShmSizeBytes)),
        Plain("log_driver", spec.LogDriver),
        List("log_opt", spec.LogOptions.Select(o => new SpecEntry(o.Key, o.Value, $"{o.Key}: {o.Value}", LooksSecret(o.Key, o.Value)))),
        List("secrets", spec.Secrets.Select(s => Whole($"{s.Secret} as {s.Name} ({s.Type})"))), // the name only, never a value
        .. Deploy(spec.Deploy),
        .. Hooks(spec.Hooks),
        .. Health(spec.HealthCheck),
        Plain("stop_signal", spec.StopSignal),
        Plain("stop_grace_period", Time(spec.StopGrace)),
    ];

    private static IEnumerable<SpecField> Deploy(DeployOptions deploy) =>
    [
        Plain("deploy.strategy", deploy.Strategy == "ha" ? null : deploy.Strategy),
        Plain("deploy.wait_for_port", Number(deploy.WaitForPort)),
        Plain("deploy.min_health", Number(deploy.MinHealth)),
        Plain("deploy.interval", Time(deploy.Interval)),
        Plain("deploy.max_parallel", Number(deploy.MaxParallel)),
        Plain("deploy.max_failures", Number(deploy.MaxFailures)),
        Plain("deploy.canaries", Number(deploy.Canaries)),
        Plain("deploy.monitor", Time(deploy.Monitor)),
        Plain("deploy.healthy_deadline", Time(deploy.HealthyDeadline)),
        Plain("deploy.progress_deadline", Time(deploy.ProgressDeadline)),
        Plain("deploy.order", deploy.Order),
        Plain("deploy.failure_action", deploy.FailureAction),
        Plain("deploy.auto_promote", Flag(deploy.AutoPromote)),
        Plain("deploy.pull_ahead", Flag(deploy.PullAhead)),
        Plain("deploy.migrations", Flag(deploy.Migrations)),
        Plain("deploy.reschedule", Flag(deploy.Reschedule)),
        List("deploy.spread_by", deploy.SpreadBy.Select(Whole), ordered: true),
        Plain("deploy.restart.condition", deploy.Restart?.Condition),
        Plain("deploy.restart.delay", Time(deploy.Restart?.Delay)),
        Plain("deploy.restart.attempts", Number(deploy.Restart?.Attempts)),
        Plain("deploy.restart.window", Time(deploy.Restart?.Window)),
        Plain("deploy.restart.mode", deploy.Restart?.Mode),
        Plain("deploy.reserve_memory", Bytes(deploy.ReserveMemoryBytes)),
        Plain("deploy.reserve_cpus", Number(deploy.ReserveCpus)),
        Plain("deploy.pull", deploy.Pull),
        Plain("deploy.fence_after", Time(deploy.FenceAfter)),
    ];

    private static IEnumerable<SpecField> Hooks(ServiceHooks hooks) =>
    [
        Hook("hooks.pre_start", hooks.PreStart),
        Hook("hooks.post_start", hooks.PostStart),
        Hook("hooks.pre_stop", hooks.PreStop),
        Hook("hooks.pre_backup", hooks.PreBackup),
        Hook("hooks.post_backup", hooks.PostBackup),
    ];

    private static IEnumerable<SpecField> Health(HealthCheck? check) =>
    [
        Plain("health_check.protocol", check?.Protocol),
        Plain("health_check.port", Number(check?.Port)),
        Plain("health_check.uri", check?.Uri),
        Plain("health_check.timeout", Time(check?.Timeout)),
        Plain("health_check.interval", Time(check?.Interval)),
        Plain("health_check.initial_delay", Time(check?.InitialDelay)),
    ];

    /// <summary>A name that promises a secret, or a URL with a password in it.</summary>
    internal static bool LooksSecret(string name, string value) =>
        SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase))
        || (value.IndexOf("://", StringComparison.Ordinal) is var scheme and > 0
            && value.IndexOf('@', scheme) is var at and > 0
            && value.IndexOf(':', scheme + 3) is var colon and > 0 && colon < at);

    private static SpecField Plain(string field, string? text) => new(field, text is null ? [] : [new SpecEntry("", text, text)]);

    /// <summary>An entry that occurs twice gets a key of its own: nothing promises that entries differ.</summary>
    private static SpecField List(string field, IEnumerable<SpecEntry> entries, bool ordered = false)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var unique = entries.Select(entry =>
        {
            var count = seen[entry.Key] = seen.GetValueOrDefault(entry.Key) + 1;
            return count == 1 ? entry : entry with { Key = string.Create(CultureInfo.InvariantCulture, $"{entry.Key}\0{count}") };
        });
        return new SpecField(field, [.. unique], ordered);
    }

    private static SpecField Hook(string field, ImmutableArray<ServiceHook> hooks) => List(field, hooks.Select(hook =>
    {
        var instances = hook.Instances.IsEmpty ? "*" : string.Join(',', hook.Instances);
        var flags = (hook.Oneshot ? ", oneshot" : "") + (hook.Required ? ", required" : "");
        return Keyed(hook.Name, $"{hook.Name}: {hook.Command} (instances {instances}{flags})");
    }), ordered: true);

    private static SpecEntry Whole(string text) => new(text, text, text);

    private static SpecEntry Keyed(string key, string text) => new(key, text, text);

    private static string Text(PortMapping port) => string.Create(CultureInfo.InvariantCulture,
        $"{(port.Ip == "0.0.0.0" ? "" : port.Ip + ":")}{port.NodePort}:{port.ContainerPort}{(port.Protocol == "tcp" ? "" : "/" + port.Protocol)}");

    private static string Text(ServiceLink link) => link.Alias == link.Name ? link.Name : $"{link.Name}:{link.Alias}";

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "_-./:=,@%+".Contains(c))
            ? word
            : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private static string? Number(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string? Number(decimal? number) => number?.ToString("0.############", CultureInfo.InvariantCulture);

    private static string? Flag(bool? flag) => flag switch { true => "true", false => "false", null => null };

    private static string? Flag(bool flag) => flag ? "true" : null;

    private static string? Bytes(long? bytes) => bytes is { } known ? ByteSize.FormatExact(known) : null;

    private static string? Time(TimeSpan? time) =>
        time is not { } span ? null
        : span.TotalSeconds % 60 == 0 && span != TimeSpan.Zero ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes:0}m")
        : string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.###}s");
}
