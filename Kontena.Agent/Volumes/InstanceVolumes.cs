using System.Collections.Immutable;
using Kontena.Agent.Docker;
using Kontena.Agent.Nodes;
using Kontena.Agent.Services;
using Kontena.Core.Protocol;
using Kontena.Core.Services;
using Kontena.Core.Volumes;
using Microsoft.Extensions.Logging;

namespace Kontena.Agent.Volumes;

/// <param name="Binds"><c>SOURCE:PATH[:FLAGS]</c>.</param>
/// <param name="Anonymous">Paths for which the engine makes up a volume.</param>
internal sealed record InstanceMounts(ImmutableArray<string> Binds, ImmutableArray<string> Anonymous);

/// <summary>What an instance mounts, and the volumes behind it. Makes volumes; never removes one.</summary>
/// <remarks>docs/volumes.md. A volume that is known to hold data and is not there stops the instance: an empty one would hide the loss.</remarks>
internal sealed partial class InstanceVolumes(IEngine engine, ThisNode node, ILogger<InstanceVolumes> logger)
{
    private const string LocalDriver = "local";

    /// <summary>Which mounts the instance gets; asks nobody and changes nothing.</summary>
    /// <exception cref="InstanceProblem">The order contradicts itself.</exception>
    public static InstanceMounts Plan(InstanceOrder order, ImageInfo image)
    {
        var binds = new List<string>();
        var taken = new HashSet<string>();
        foreach (var mount in order.Spec.Volumes.Where(m => m.Kind is not VolumeMountKind.Anonymous))
        {
            var source = mount.Kind is VolumeMountKind.Bind ? mount.Source! : OrderOf(order, mount).DockerName;
            taken.Add(VolumeNaming.CleanPath(mount.Path));
            binds.Add(Bind(source, mount.Path, mount.Flags));
        }
        var paths = order.Spec.Volumes.Where(m => m.Kind is VolumeMountKind.Anonymous).Select(m => m.Path);
        if (!order.Spec.Stateful)
        {
            return new([.. binds], [.. paths.Where(p => !taken.Contains(VolumeNaming.CleanPath(p)))]);
        }
        binds.AddRange(paths.Concat(image.VolumePaths).Select(VolumeNaming.CleanPath).Distinct()
            .Where(p => !taken.Contains(p)).Order(StringComparer.Ordinal)
            .Select(path => Bind(NameOfPath(order, path), path, null)));
        return new([.. binds], []);
    }

    /// <summary>Makes the volumes of the instance exist.</summary>
    /// <exception cref="InstanceProblem">One is missing, belongs to something else, or cannot be made.</exception>
    public async Task EnsureAsync(InstanceOrder order, ImageInfo image, CancellationToken cancel)
    {
        var name = InstanceName.Container(order.Stack, order.Spec.Name, order.Number);
        foreach (var known in order.KnownVolumes)
        {
            await CheckKnownAsync(name, known, cancel);
        }
        foreach (var mount in order.Spec.Volumes.Where(m => m.Kind is VolumeMountKind.Named))
        {
            await EnsureNamedAsync(order, name, OrderOf(order, mount), cancel);
        }
        if (!order.Spec.Stateful)
        {
            return;
        }
        var mounted = order.Spec.Volumes.Where(m => m.Kind is not VolumeMountKind.Anonymous)
            .Select(m => VolumeNaming.CleanPath(m.Path)).ToHashSet();
        foreach (var path in order.Spec.Volumes.Where(m => m.Kind is VolumeMountKind.Anonymous).Select(m => m.Path)
            .Concat(image.VolumePaths).Select(VolumeNaming.CleanPath).Distinct().Where(p => !mounted.Contains(p)))
        {
            await EnsurePathAsync(order, name, path, cancel);
        }
    }

    private async Task CheckKnownAsync(string name, KnownVolume known, CancellationToken cancel)
    {
        var found = await engine.FindVolumeAsync(known.DockerName, cancel);
        if (found is null)
        {
            throw new InstanceProblem($"{name} does not start: its volume '{known.DockerName}' ({known.Path}) is missing on this node. "
                + "Starting with an empty one would hide the loss. Restore the volume, or choose \"start empty\" on the service's page.");
        }
        if (!found.Labels.TryGetValue(Labels.VolumeUid, out var uid) || !Guid.TryParse(uid, out var present) || present != known.Uid)
        {
            throw new InstanceProblem($"{name} does not start: the volume '{known.DockerName}' ({known.Path}) on this node is not the one that "
                + "holds its data; it was replaced. Bring the original back, or choose \"start empty\" on the service's page.");
        }
    }

    private async Task EnsureNamedAsync(InstanceOrder order, string name, VolumeOrder volume, CancellationToken cancel)
    {
        if (await engine.FindVolumeAsync(volume.DockerName, cancel) is { } found)
        {
            if (found.Driver != volume.Driver)
            {
                throw new InstanceProblem($"{name} does not start: the volume '{volume.DockerName}' exists on this node with the driver "
                    + $"'{found.Driver}', and '{volume.Driver}' is wanted. Rename the volume in the stack, or remove the old one after saving its data.");
            }
            return; // one that a person made beforehand is used as it is
        }
        var owner = volume.Scope is VolumeScope.Instance ? order.ServiceId.ToString("D") : "";
        var labels = new Dictionary<string, string> { [Labels.VolumeSource] = volume.Source, [Labels.VolumeScope] = volume.Scope };
        if (volume.Scope is not VolumeScope.Grid)
        {
            labels[Labels.StackName] = order.Stack;
        }
        await CreateAsync(order, name, volume.DockerName, volume.Driver, volume.DriverOptions, owner, labels, cancel);
    }

    private async Task EnsurePathAsync(InstanceOrder order, string name, string path, CancellationToken cancel)
    {
        var dockerName = NameOfPath(order, path);
        if (await engine.FindVolumeAsync(dockerName, cancel) is { } found)
        {
            var known = order.KnownVolumes.Any(k => k.DockerName == dockerName);
            if (!known && found.Labels.GetValueOrDefault(Labels.ServiceId) != order.ServiceId.ToString("D"))
            {
                throw new InstanceProblem($"{name} does not start: the volume '{dockerName}' ({path}) exists on this node and holds the data of "
                    + "something else, perhaps of an earlier service of this name. Attach it on the volumes page, or remove it there.");
            }
            return;
        }
        await CreateAsync(order, name, dockerName, LocalDriver, ImmutableSortedDictionary<string, string>.Empty, order.ServiceId.ToString("D"),
            new() { [Labels.VolumePath] = path, [Labels.VolumeScope] = VolumeScope.Instance, [Labels.StackName] = order.Stack }, cancel);
    }

    private async Task CreateAsync(
        InstanceOrder order, string name, string dockerName, string driver, ImmutableSortedDictionary<string, string> options,
        string owner, Dictionary<string, string> labels, CancellationToken cancel)
    {
        var self = await node.WaitAsync(cancel);
        var uid = Guid.CreateVersion7();
        labels[Labels.VolumeUid] = uid.ToString("D");
        labels[Labels.GridId] = self.GridId.ToString("D");
        labels[Labels.GridName] = self.Grid;
        labels[Labels.Proof] = self.Proof.ForVolume(owner, uid, dockerName);
        if (owner.Length > 0)
        {
            labels[Labels.ServiceId] = owner;
            labels[Labels.ServiceName] = order.Spec.Name;
            labels[Labels.InstanceNumber] = $"{order.Number}";
        }
        try
        {
            await engine.CreateVolumeAsync(
                new(dockerName, driver, options, labels.ToImmutableSortedDictionary(StringComparer.Ordinal)), cancel);
        }
        catch (EngineException e) when (e.Fault is not EngineFault.Unavailable)
        {
            throw new InstanceProblem($"{name} does not start: the volume '{dockerName}' cannot be made with the driver '{driver}': "
                + $"{EngineWords.Sentence(e.Message)} Check the driver and its options.", e);
        }
        VolumeCreated(dockerName, name);
    }

    /// <summary>A restored or moved volume has a name of its own; what the master knows wins over the rule.</summary>
    private static string NameOfPath(InstanceOrder order, string path) =>
        order.KnownVolumes.FirstOrDefault(k => VolumeNaming.CleanPath(k.Path) == path)?.DockerName
        ?? VolumeNaming.DockerNameOfPath(order.Stack, order.Spec.Name, path, order.Number);

    private static VolumeOrder OrderOf(InstanceOrder order, VolumeMount mount) =>
        order.Volumes.FirstOrDefault(v => v.Source == mount.Source) ?? throw new InstanceProblem(
            $"{InstanceName.Container(order.Stack, order.Spec.Name, order.Number)} does not start: there is no volume '{mount.Source}' in the grid. "
            + "Create it, or use a path without a name.");

    private static string Bind(string source, string path, string? flags)
    {
        if (source.Contains(':') || path.Contains(':'))
        {
            throw new InstanceProblem($"The mount of '{source}' at '{path}' cannot be made: a colon is not possible in either. Choose another path.");
        }
        return flags is null ? $"{source}:{path}" : $"{source}:{path}:{flags}";
    }

    [LoggerMessage(LogLevel.Information, "Made the volume {Volume} for {Instance}")]
    private partial void VolumeCreated(string volume, string instance);
}
