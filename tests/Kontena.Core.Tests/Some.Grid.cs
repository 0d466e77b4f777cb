using System.Collections.Immutable;
using Kontena.Core.Deploys;
using Kontena.Core.Nodes;
using Kontena.Core.Scheduling;
using Kontena.Core.Services;
using Kontena.Core.Stacks;

namespace Kontena.Core.Tests;

internal static partial class Some
{
    public static Guid NodeId(int number) => new(number, 0, 7, [0, 0, 0, 0, 0, 0, 0, 0]);

    public static Guid ServiceId(string name) => new(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));

    public static NodeSnapshot Node(int number, params string[] labels) => new()
    {
        Id = NodeId(number),
        Name = $"node-{number}",
        Number = number,
        Labels = [.. labels],
    };

    public static NodeSnapshot WithMemory(this NodeSnapshot node, long totalMiB, long freeMiB) => node with
    {
        MemoryTotalBytes = totalMiB << 20,
        Memory = new NodeMemory(totalMiB << 20, freeMiB << 20, 0, 0),
    };

    /// <param name="on">The node number of each row, from instance 1 on; 0 for a row whose node was removed.</param>
    public static ServiceSnapshot Planned(ServiceSpec spec, int instances, params int[] on) => new()
    {
        Id = ServiceId(spec.Name),
        Stack = "shop",
        Spec = spec,
        Instances = instances,
        Rows = [.. on.Select((node, i) => new InstanceRow(i + 1, node == 0 ? null : NodeId(node)))],
    };

    public static GridSnapshot Grid(IEnumerable<NodeSnapshot> nodes, params ServiceSnapshot[] services) => new()
    {
        Grid = "test",
        Nodes = [.. nodes],
        Services = [.. services],
    };

    public static DeployedService Deployed(ServiceSnapshot service, DeployedState state = DeployedState.Running) =>
        new(service.Id, service.Spec, service.Instances, state);

    public static StackSpec Stack(params ServiceSpec[] services) => new() { Name = "shop", Source = "acme/shop", Services = [.. services] };
}
