using System.Collections.Immutable;
using Kontena.Core.Services;

namespace Kontena.Core.Tests;

/// <summary>Test data: each builder names only what the test is about.</summary>
internal static partial class Some
{
    public static ServiceSpec Service(string name = "web", params string[] links) => new()
    {
        Name = name,
        Image = "nginx:1.27",
        Links = [.. links.Select(link => new ServiceLink(link, link))],
    };

    /// <summary>One with every member set to something else than its default.</summary>
    public static ServiceSpec RichService() => new()
    {
        Name = "web",
        Image = "registry.example/shop/web:2",
        Instances = 3,
        Stateful = true,
        Command = ["serve", "--motd", "hello world"],
        Entrypoint = "/bin/entry",
        Environment = [new("MODE", "prod"), new("DB_PASSWORD", "hunter2")],
        Ports = [new("0.0.0.0", 8080, 80, "tcp"), new("10.0.0.1", 53, 53, "udp")],
        Links = [new("db", "db"), new("cache", "redis")],
        ExternalLinks = [new("other/lb", "lb")],
        Volumes =
        [
            new(VolumeMountKind.Anonymous, null, "/data", null), new(VolumeMountKind.Bind, "/srv", "/srv", "ro"),
            new(VolumeMountKind.Named, "files", "/files", null),
        ],
        VolumesFrom = ["data-%s"],
        Affinity = ["label==ssd", "node!=~n1"],
        CapAdd = ["NET_ADMIN"],
        CapDrop = ["MKNOD"],
        Privileged = true,
        ReadOnly = true,
        User = "1000:1000",
        Net = "container:side-%s",
        Pid = "host",
        Cpus = 1.5m,
        CpuShares = 512,
        MemoryBytes = 512L << 20,
        MemorySwapBytes = 1L << 30,
        ShmSizeBytes = 64L << 20,
        LogDriver = "json-file",
        LogOptions = ImmutableSortedDictionary<string, string>.Empty.Add("max-size", "10m"),
        Secrets = [new("SESSION_KEY", "KEY", "env")],
        Deploy = new DeployOptions
        {
            Strategy = "random",
            WaitForPort = 80,
            MinHealth = 0.5m,
            Interval = TimeSpan.FromDays(1),
            MaxParallel = 2,
            MaxFailures = 1,
            Canaries = 1,
            Monitor = TimeSpan.FromSeconds(20),
            HealthyDeadline = TimeSpan.FromMinutes(2),
            ProgressDeadline = TimeSpan.FromMinutes(5),
            Order = "start_first",
            FailureAction = "rollback",
            AutoPromote = true,
            PullAhead = false,
            Migrations = true,
            Reschedule = true,
            SpreadBy = ["az", "label:rack"],
            Restart = new RestartPolicy("on_failure", TimeSpan.FromSeconds(1), 5, TimeSpan.FromMinutes(1), "fail"),
            ReserveMemoryBytes = 256L << 20,
            ReserveCpus = 0.5m,
            Pull = "if_absent",
            FenceAfter = TimeSpan.FromMinutes(3),
        },
        Hooks = new ServiceHooks
        {
            PreStart = [new("migrate", "bin/migrate", [1], true, true)],
            PostStart = [new("warm", "bin/warm", [], false, false)],
            PreStop = [new("drain", "bin/drain", [], false, false)],
            PreBackup = [new("dump", "bin/dump", [], false, false)],
            PostBackup = [new("clean", "bin/clean", [], false, false)],
        },
        HealthCheck = new HealthCheck
        {
            Protocol = "http",
            Port = 80,
            Uri = "/healthz",
            Timeout = TimeSpan.FromSeconds(3),
            Interval = TimeSpan.FromSeconds(5),
            InitialDelay = TimeSpan.FromSeconds(1),
        },
        StopSignal = "SIGQUIT",
        StopGrace = TimeSpan.FromMinutes(1),
    };
}
