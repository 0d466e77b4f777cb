using System.Collections.Immutable;
using Kontena.Agent.Docker;
using Kontena.Agent.Nodes;
using Kontena.Core.Protocol;
using Kontena.Core.Services;

namespace Kontena.Agent.Tests.Fakes;

/// <summary>Data for tests that name only what they are about.</summary>
internal static class Some
{
    public const string Image = "app:1";
    public static readonly Guid Grid = new("11111111-1111-7111-8111-111111111111");
    public static readonly Guid Node = new("22222222-2222-7222-8222-222222222222");
    public static readonly Guid Data = new("33333333-3333-7333-8333-333333333333");
    public static readonly NetworkOrder Network = new("kontena", "10.81.1.0/24", "10.81.1.1", 1420);

    public static readonly NodeIdentity Identity = new(
        Node, "credential", "host", "prod", Convert.ToBase64String(new byte[32]), "http://master/", "", Grid, "engine");

    public static readonly NodeContext Context = new(Node, Grid, "prod", "host", new Proof(new byte[32], Grid, Node));

    public static InstanceOrder Order(string service = "web", int number = 1, string stack = "shop", ServiceSpec? spec = null) => new()
    {
        InstanceId = Guid.CreateVersion7(),
        ServiceId = Guid.CreateVersion7(),
        Stack = stack,
        Number = number,
        Epoch = 1,
        DeployRev = 1,
        Revision = 1,
        Desired = DesiredState.Running,
        Spec = (spec ?? Spec(service)) with { Name = service },
    };

    public static ServiceSpec Spec(string service = "web") => new() { Name = service, Image = Image, Deploy = new() { Pull = "if_absent" } };

    public static DesiredSet Set(long generation, params IEnumerable<InstanceOrder> orders) => new()
    {
        GridId = Grid,
        Grid = "prod",
        DataGeneration = Data,
        Generation = generation,
        Network = Network,
        Instances = [.. orders],
    };

    public static ImageInfo ImageInfo(params ImmutableArray<string> volumes) => new("sha256:1", null, volumes);
}
