using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Docker.DotNet.Models;

namespace Kontena.Agent.Docker;

/// <summary>Between the client library's models and ours.</summary>
internal static class EngineModels
{
    private const long CpuPeriod = 100_000;

    /// <summary>An absent command or entrypoint must stay unset: an empty list would replace the image's own.</summary>
    public static CreateContainerParameters Parameters(ContainerSpec spec)
    {
        var parameters = Base(spec);
        if (spec.Command.Length > 0)
        {
            parameters.Cmd = [.. spec.Command];
        }
        if (spec.Entrypoint.Length > 0)
        {
            parameters.Entrypoint = [.. spec.Entrypoint];
        }
        if (spec.Endpoint is { } endpoint)
        {
            parameters.NetworkingConfig = new()
            {
                EndpointsConfig = new Dictionary<string, EndpointSettings> { [spec.NetworkMode] = Endpoint(endpoint) },
            };
        }
        if (spec.LogDriver is not null || !spec.LogOptions.IsEmpty)
        {
            parameters.HostConfig!.LogConfig = new() { Type = spec.LogDriver ?? "", Config = spec.LogOptions.ToDictionary() };
        }
        return parameters;
    }

    private static CreateContainerParameters Base(ContainerSpec spec) => new()
    {
        Name = spec.Name,
        Image = spec.Image,
        Hostname = spec.Hostname ?? "",
        Domainname = spec.Domain ?? "",
        Env = [.. spec.Environment],
        User = spec.User ?? "",
        ExposedPorts = spec.Ports.Select(p => $"{p.ContainerPort}/{p.Protocol}").Distinct().ToDictionary(p => p, _ => default(EmptyStruct)),
        Volumes = spec.AnonymousVolumes.Distinct().ToDictionary(p => p, _ => default(EmptyStruct)),
        StopSignal = spec.StopSignal ?? "",
        Labels = spec.Labels.ToDictionary(),
        HostConfig = new()
        {
            Binds = [.. spec.Binds],
            VolumesFrom = [.. spec.VolumesFrom],
            PortBindings = spec.Ports.GroupBy(p => $"{p.ContainerPort}/{p.Protocol}").ToDictionary(
                group => group.Key,
                IList<PortBinding> (group) =>
                [
                    .. group.Select(p => new PortBinding { HostIP = p.Ip, HostPort = p.NodePort.ToString(CultureInfo.InvariantCulture) }),
                ]),
            NetworkMode = spec.NetworkMode,
            PidMode = spec.PidMode ?? "",
            CapAdd = [.. spec.CapAdd],
            CapDrop = [.. spec.CapDrop],
            Privileged = spec.Privileged,
            ReadonlyRootfs = spec.ReadOnly,
            DNSSearch = [.. spec.DnsSearch],
            DNSOptions = [.. spec.DnsOptions],
            CPUPeriod = spec.CpuQuota > 0 ? CpuPeriod : 0,
            CPUQuota = spec.CpuQuota,
            CPUShares = spec.CpuShares,
            Memory = spec.MemoryBytes,
            MemorySwap = spec.MemorySwapBytes,
            ShmSize = spec.ShmSizeBytes,
            RestartPolicy = new() { Name = RestartPolicyKind.No },
        },
    };

    public static EndpointSettings Endpoint(EndpointSpec endpoint)
    {
        var settings = new EndpointSettings { Aliases = [.. endpoint.Aliases] };
        if (endpoint.Address is { } address)
        {
            settings.IPAMConfig = new() { IPv4Address = address };
        }
        return settings;
    }

    public static ContainerSummary Summary(ContainerListResponse c) => new()
    {
        Id = c.ID,
        Name = (c.Names?.FirstOrDefault(n => n.LastIndexOf('/') is 0) ?? c.Names?.FirstOrDefault() ?? "").TrimStart('/'),
        Image = c.Image ?? "",
        Running = c.State is "running" or "paused",
        Labels = Map(c.Labels),
        Ports =
        [
            .. (c.Ports ?? []).Where(p => p.PublicPort is > 0)
                .Select(p => new PublishedPort(p.IP ?? "", p.PublicPort!.Value, p.PrivatePort, p.Type ?? "tcp")),
        ],
        Volumes = Volumes(c.Mounts),
        Endpoints = Endpoints(c.NetworkSettings?.Networks),
    };

    public static ContainerInfo Container(ContainerInspectResponse c)
    {
        var state = c.State ?? new();
        return new()
        {
            Id = c.ID,
            Name = (c.Name ?? "").TrimStart('/'),
            Hostname = c.Config?.Hostname,
            ImageId = c.Image,
            Labels = Map(c.Config?.Labels),
            Running = state.Running,
            Paused = state.Paused,
            Pid = (int)state.Pid,
            ExitCode = state.ExitCode,
            OutOfMemory = state.OOMKilled,
            EngineError = string.IsNullOrEmpty(state.Error) ? null : state.Error,
            StartedAt = Time(state.StartedAt),
            FinishedAt = Time(state.FinishedAt),
            Health = state.Health?.Status is { Length: > 0 } health and not "none" ? health : null,
            MemoryLimitBytes = c.HostConfig?.Memory ?? 0,
            LogDriver = c.HostConfig?.LogConfig?.Type ?? "json-file",
            Tty = c.Config?.Tty ?? false,
            Endpoints = Endpoints(c.NetworkSettings?.Networks),
            Volumes = Volumes(c.Mounts),
        };
    }

    public static VolumeInfo Volume(VolumeResponse v) => new(
        v.Name, v.Driver, Map(v.Options).ToImmutableSortedDictionary(StringComparer.Ordinal),
        Map(v.Labels).ToImmutableSortedDictionary(StringComparer.Ordinal));

    /// <summary>One line of the event stream; null when it is not about a container.</summary>
    public static EngineEvent? Event(string line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return null;
        }
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        if (!root.TryGetProperty("Type", out var type) || type.GetString() is not "container"
            || !root.TryGetProperty("Action", out var action) || !root.TryGetProperty("Actor", out var actor)
            || !actor.TryGetProperty("ID", out var id))
        {
            return null;
        }
        var labels = ImmutableDictionary.CreateBuilder<string, string>();
        if (actor.TryGetProperty("Attributes", out var attributes) && attributes.ValueKind is JsonValueKind.Object)
        {
            foreach (var attribute in attributes.EnumerateObject())
            {
                labels[attribute.Name] = attribute.Value.GetString() ?? "";
            }
        }
        return new(action.GetString() ?? "", id.GetString() ?? "", labels.ToImmutable());
    }

    public static ImmutableDictionary<string, string> Map(IDictionary<string, string>? map) =>
        map is null ? ImmutableDictionary<string, string>.Empty : map.ToImmutableDictionary();

    private static ImmutableDictionary<string, EndpointSpec> Endpoints(IDictionary<string, EndpointSettings>? networks) =>
        (networks ?? new Dictionary<string, EndpointSettings>()).ToImmutableDictionary(n => n.Key, n => new EndpointSpec(
            [.. n.Value?.Aliases ?? []],
            n.Value?.IPAMConfig?.IPv4Address is { Length: > 0 } asked ? asked : n.Value?.IPAddress is { Length: > 0 } used ? used : null));

    private static ImmutableArray<VolumeUse> Volumes(IList<MountPoint>? mounts) =>
        [.. (mounts ?? []).Where(m => m.Type is "volume" && !string.IsNullOrEmpty(m.Name)).Select(m => new VolumeUse(m.Name!, m.Destination))];

    /// <summary>The engine writes the year 1 for "never".</summary>
    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at.Year > 1 ? at : null;
}
