using Kontena.Agent.Docker;
using Kontena.Agent.Services;
using Kontena.Agent.Tests.Fakes;
using Kontena.Core.Protocol;
using Kontena.Core.Services;
using Xunit;

namespace Kontena.Agent.Tests.Services;

public sealed class ContainerRenderingTests
{
    [Fact]
    public void Names_host_name_domain_and_search_list_follow_the_stack()
    {
        var container = Render(Some.Order("web", 2));
        Assert.Equal(("shop.web-2", "web-2", "shop.prod.kontena.local"), (container.Name, container.Hostname, container.Domain));
        Assert.Equal(["shop.prod.kontena.local", "prod.kontena.local"], container.DnsSearch);
        Assert.Equal(["ndots:1"], container.DnsOptions);
    }

    [Fact]
    public void The_default_stack_stands_in_no_name()
    {
        var container = Render(Some.Order("web", stack: StackName.Default));
        Assert.Equal(("web-1", "prod.kontena.local"), (container.Name, container.Domain));
        Assert.Contains("web.prod.kontena.local", container.Endpoint!.Aliases);
        Assert.Contains("web.kontena.local", container.Endpoint.Aliases);
        Assert.DoesNotContain(container.Endpoint.Aliases, a => a.Contains("null", StringComparison.Ordinal));
    }

    [Fact]
    public void What_does_not_need_another_container_does_not_change_the_hash()
    {
        var order = Some.Order() with { Spec = Some.Spec() with { LogOptions = Some.Spec().LogOptions.Add("max-size", "1m") } };
        var hash = Hash(order);
        Assert.Equal(hash, Hash(order with { LinkAliases = ["store"], Exposed = true, DeployRev = 9, Epoch = 4, Revision = 7, RestartSequence = 3 }));
        Assert.Equal(hash, Hash(order with { Spec = order.Spec with { Instances = 7, Deploy = new() { MinHealth = 0.5m }, HealthCheck = new() { Protocol = "tcp", Port = 1 } } }));
    }

    [Theory]
    [MemberData(nameof(Differences))]
    public void What_needs_another_container_changes_the_hash(string what)
    {
        var spec = Some.Spec();
        var order = Some.Order(spec: spec);
        Assert.NotEqual(Hash(order), Hash(order with { Spec = Changed(spec, what) }));
    }

    public static TheoryData<string> Differences => ["image", "command", "environment", "port", "memory", "cpus", "bind", "user", "readonly", "net"];

    [Fact]
    public void Host_network_has_neither_name_nor_address_nor_published_ports()
    {
        var container = Render(Some.Order(spec: Some.Spec() with { Net = "host", Ports = [new("0.0.0.0", 80, 80, "tcp")] }));
        Assert.Equal(("host", null, null), (container.NetworkMode, container.Hostname, container.Endpoint));
        Assert.Empty(container.Ports);
    }

    [Fact]
    public void Peers_are_the_same_stacks_instances_with_the_same_number()
    {
        var container = Render(Some.Order("backup", 3, spec: Some.Spec() with { VolumesFrom = ["db-%s"], Net = "container:db-%s" }));
        Assert.Equal(["shop.db-3"], container.VolumesFrom);
        Assert.Equal("container:shop.db-3", container.NetworkMode);
    }

    [Fact]
    public void A_variable_that_no_program_can_be_given_is_refused_by_name_and_without_its_value()
    {
        var order = Some.Order(spec: Some.Spec() with { Environment = [new("BIG", new string('s', 131_072))] });
        var problem = Assert.Throws<InstanceProblem>(() => Render(order));
        Assert.Contains("the variable 'BIG' is longer than 128 KiB", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sss", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rendered_container_is_proven_ours_and_its_labels_say_whose_it_is()
    {
        var order = Some.Order("web", 2);
        var container = Render(order);
        var identity = Some.Context.Proof.Identify(container.Name, container.Labels);
        Assert.Equal((order.ServiceId, order.InstanceId, 1L, 2, "shop", "web"),
            (identity!.ServiceId, identity.InstanceId, identity.Epoch, identity.Number, identity.Stack, identity.Service));
    }

    private static ServiceSpec Changed(ServiceSpec spec, string what) => what switch
    {
        "image" => spec with { Image = "app:2" },
        "command" => spec with { Command = ["run"] },
        "environment" => spec with { Environment = [new("A", "1")] },
        "port" => spec with { Ports = [new("0.0.0.0", 80, 80, "tcp")] },
        "memory" => spec with { MemoryBytes = 1 << 26 },
        "cpus" => spec with { Cpus = 0.5m },
        "bind" => spec with { Volumes = [new(VolumeMountKind.Bind, "/srv", "/srv", null)] },
        "user" => spec with { User = "app" },
        "readonly" => spec with { ReadOnly = true },
        _ => spec with { Net = "host" },
    };

    private static ContainerSpec Render(InstanceOrder order) =>
        ContainerRendering.Render(order, Some.Context, Some.Network, Some.ImageInfo(), null);

    private static string Hash(InstanceOrder order) => ContainerRendering.HashOf(Render(order));
}
