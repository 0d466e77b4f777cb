namespace Kontena.Agent.Docker;

/// <summary>Names of the labels that managed containers, volumes and networks carry.</summary>
internal static class Labels
{
    public const string ServiceId = "io.kontena.service.id";
    public const string ServiceName = "io.kontena.service.name";
    public const string InstanceNumber = "io.kontena.service.instance_number";
    public const string ServiceExposed = "io.kontena.service.exposed";
    public const string ServiceStateful = "io.kontena.service.stateful";
    public const string StackName = "io.kontena.stack.name";
    public const string GridName = "io.kontena.grid.name";
    public const string GridId = "io.kontena.grid.id";
    public const string PlatformName = "io.kontena.platform.name";
    public const string ContainerType = "io.kontena.container.type";
    public const string ContainerName = "io.kontena.container.name";
    public const string ContainerPod = "io.kontena.container.pod";
    public const string DeployRev = "io.kontena.container.deploy_rev";
    public const string ServiceRevision = "io.kontena.container.service_revision";
    public const string StopGrace = "io.kontena.container.stop_grace_period";
    public const string OverlayCidr = "io.kontena.container.overlay_cidr";
    public const string OverlayNetwork = "io.kontena.container.overlay_network";
    public const string InstanceId = "io.kontena.instance.id";
    public const string InstanceEpoch = "io.kontena.instance.epoch";
    public const string SpecHash = "io.kontena.spec.hash";
    public const string Proof = "io.kontena.proof";

    public const string VolumeUid = "io.kontena.volume.uid";
    public const string VolumePath = "io.kontena.volume.path";
    public const string VolumeSource = "io.kontena.volume.source";
    public const string VolumeScope = "io.kontena.volume.scope";

    /// <summary>Value of <see cref="ContainerType"/> for an instance's own container.</summary>
    public const string TypeContainer = "container";

    /// <summary>Value of <see cref="ContainerType"/> for the throw-away container of a pre_start hook.</summary>
    public const string TypeHook = "service_hook";
}
