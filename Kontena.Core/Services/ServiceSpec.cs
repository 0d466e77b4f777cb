using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Kontena.Core.Services;

/// <summary>What a service should be: the normalised form of one service of a stack file. Says nothing about where it runs.</summary>
/// <remarks>docs/stack-file.md. Two specs are the same when their canonical JSON is (<see cref="SpecJson"/>).</remarks>
public sealed record ServiceSpec
{
    public ServiceSpec()
    {
    }

    /// <summary>For JSON without the member: the generated reader would give an init-only property its type's default.</summary>
    [JsonConstructor]
    internal ServiceSpec(int instances = 1) => Instances = instances;

    public required string Name { get; init; }

    /// <summary>Image reference with tag or digest. <c>:latest</c> was appended when the file gave neither.</summary>
    public required string Image { get; init; }

    /// <summary>How many instances should run; per node for the strategy <c>daemon</c>. The entity's count wins after scaling.</summary>
    public int Instances { get; init; } = 1;

    /// <summary>Instances keep their data and their node.</summary>
    public bool Stateful { get; init; }

    /// <summary>Words of the command; empty means the image's own.</summary>
    public ImmutableArray<string> Command { get; init => field = value.OrEmpty(); } = [];

    /// <summary>One executable path; null means the image's own.</summary>
    public string? Entrypoint { get; init; }

    /// <summary>In the order of the file; names are unique.</summary>
    public ImmutableArray<EnvironmentVariable> Environment { get; init => field = value.OrEmpty(); } = [];

    public ImmutableArray<PortMapping> Ports { get; init => field = value.OrEmpty(); } = [];

    public ImmutableArray<ServiceLink> Links { get; init => field = value.OrEmpty(); } = [];

    public ImmutableArray<ServiceLink> ExternalLinks { get; init => field = value.OrEmpty(); } = [];

    public ImmutableArray<VolumeMount> Volumes { get; init => field = value.OrEmpty(); } = [];

    /// <summary>Container names, <c>%s</c> stands for the instance number.</summary>
    public ImmutableArray<string> VolumesFrom { get; init => field = value.OrEmpty(); } = [];

    /// <summary>Affinity rules as written, in order.</summary>
    public ImmutableArray<string> Affinity { get; init => field = value.OrEmpty(); } = [];

    public ImmutableArray<string> CapAdd { get; init => field = value.OrEmpty(); } = [];

    public ImmutableArray<string> CapDrop { get; init => field = value.OrEmpty(); } = [];

    public bool Privileged { get; init; }

    public bool ReadOnly { get; init; }

    /// <summary>User or uid, with an optional group; null means the image's own.</summary>
    public string? User { get; init; }

    /// <summary><c>bridge</c>, <c>host</c> or <c>container:NAME-%s</c>.</summary>
    public string Net { get; init => field = value ?? field; } = "bridge";

    /// <summary>Null or <c>host</c>.</summary>
    public string? Pid { get; init; }

    /// <summary>Cores that each instance may use; null leaves it unlimited.</summary>
    public decimal? Cpus { get; init; }

    /// <summary>Relative weight, 0–1024; null means the engine's default.</summary>
    public int? CpuShares { get; init; }

    public long? MemoryBytes { get; init; }

    /// <summary>Memory and swap together, as the engine counts it.</summary>
    public long? MemorySwapBytes { get; init; }

    public long? ShmSizeBytes { get; init; }

    public string? LogDriver { get; init; }

    public ImmutableSortedDictionary<string, string> LogOptions { get; init => field = value ?? field; } =
        ImmutableSortedDictionary<string, string>.Empty;

    public ImmutableArray<ServiceSecret> Secrets { get; init => field = value.OrEmpty(); } = [];

    public DeployOptions Deploy { get; init => field = value ?? field; } = new();

    public ServiceHooks Hooks { get; init => field = value ?? field; } = new();

    public HealthCheck? HealthCheck { get; init; }

    /// <summary>Name or number; null means the image's own.</summary>
    public string? StopSignal { get; init; }

    /// <summary>Time between the stop signal and the kill; null means 10 s.</summary>
    public TimeSpan? StopGrace { get; init; }
}

/// <param name="Name">Without <c>=</c>.</param>
/// <param name="Value">May be empty; never null.</param>
public sealed record EnvironmentVariable(string Name, string Value);

/// <param name="Ip">Address on the host; <c>0.0.0.0</c> is every one.</param>
/// <param name="NodePort">1–65535.</param>
/// <param name="ContainerPort">1–65535.</param>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</param>
public sealed record PortMapping(string Ip, int NodePort, int ContainerPort, string Protocol);

/// <param name="Name">A service of the same stack, or <c>STACK/SERVICE</c>.</param>
/// <param name="Alias">The name under which it can be reached besides its own.</param>
public sealed record ServiceLink(string Name, string Alias);

public enum VolumeMountKind
{
    /// <summary>Only a container path: <c>/data</c>.</summary>
    Anonymous,

    /// <summary>A host path: <c>/srv/data:/data</c>.</summary>
    Bind,

    /// <summary>A volume's name: <c>data:/data</c>.</summary>
    Named,
}

/// <param name="Source">Host path or volume name; null for an anonymous one.</param>
/// <param name="Path">Absolute path in the container.</param>
/// <param name="Flags">As written (<c>ro</c>, <c>rw</c>, <c>z</c> …); null when none.</param>
public sealed record VolumeMount(VolumeMountKind Kind, string? Source, string Path, string? Flags)
{
    /// <summary>The form of the stack file.</summary>
    public override string ToString() => (Source is null ? "" : Source + ":") + Path + (Flags is null ? "" : ":" + Flags);
}

/// <param name="Secret">Its name in the vault.</param>
/// <param name="Name">The environment variable or file that receives it.</param>
/// <param name="Type"><c>env</c> or <c>file</c>.</param>
public sealed record ServiceSecret(string Secret, string Name, string Type);

/// <remarks>docs/stack-file.md, health_check.</remarks>
public sealed record HealthCheck
{
    /// <summary><c>http</c>, <c>tcp</c> or <c>image</c> (the image's own check).</summary>
    public required string Protocol { get; init; }

    /// <summary>Container port; null only for <c>image</c>.</summary>
    public int? Port { get; init; }

    /// <summary>Path of an http check; null means <c>/</c>.</summary>
    public string? Uri { get; init; }

    // Settable, unlike everything else here: an init-only property that is absent in JSON would become zero.
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(60);

    public TimeSpan InitialDelay { get; set; } = TimeSpan.FromSeconds(10);
}

public sealed record ServiceHooks
{
    public ImmutableArray<ServiceHook> PreStart { get; init => field = value.OrEmpty(); } = [];

    public ImmutableArray<ServiceHook> PostStart { get; init => field = value.OrEmpty(); } = [];

    public ImmutableArray<ServiceHook> PreStop { get; init => field = value.OrEmpty(); } = [];

    public ImmutableArray<ServiceHook> PreBackup { get; init => field = value.OrEmpty(); } = [];

    public ImmutableArray<ServiceHook> PostBackup { get; init => field = value.OrEmpty(); } = [];
}

/// <param name="Command">Run with <c>/bin/sh -c</c>.</param>
/// <param name="Instances">The numbers it runs for; empty means all.</param>
/// <param name="Oneshot">Once per instance number in the service's life.</param>
/// <param name="Required">A failing post_start hook is then an error of the instance.</param>
public sealed record ServiceHook(string Name, string Command, ImmutableArray<int> Instances, bool Oneshot, bool Required)
{
    public ImmutableArray<int> Instances { get; init => field = value.OrEmpty(); } = Instances.OrEmpty();

    public bool RunsFor(int number) => Instances.IsDefaultOrEmpty || Instances.Contains(number);
}
