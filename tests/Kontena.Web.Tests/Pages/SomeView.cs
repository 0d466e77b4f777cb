using System.Collections.Immutable;
using Kontena.Core.Deploys;
using Kontena.Core.Services;
using Kontena.Web.Grids;
using Kontena.Web.Ui;

namespace Kontena.Web.Tests.Pages;

/// <summary>Pictures of a grid that name only what a test is about.</summary>
internal static class SomeView
{
    public static readonly DateTimeOffset Now = new(2026, 11, 25, 14, 32, 6, TimeSpan.Zero);

    public static GridView Grid(IEnumerable<NodeView>? nodes = null, IEnumerable<ServiceView>? services = null, IEnumerable<VolumeView>? volumes = null,
        IEnumerable<DeployView>? deploys = null)
    {
        ImmutableArray<ServiceView> all = [.. services ?? []];
        var stacks = all.GroupBy(s => s.Stack).Select(g => new StackView(g.First().StackId, g.Key, 2, 2, "running", [.. g], Now, "Anna"));
        return new GridView(Guid.CreateVersion7(), "prod", Now, [.. nodes ?? [Node("node-1")]], [.. stacks], all, [.. deploys ?? []], [], [.. volumes ?? []], []);
    }

    public static NodeView Node(string name, string status = "Online", int number = 1, string? engineProblem = null) => new(
        Guid.CreateVersion7(), number, name, status, [], "default", Now.AddHours(-3), Now, "1.0.0", engineProblem, null, 0);

    public static ServiceView Service(string path, params InstanceView[] instances)
    {
        var (stack, name) = (path.Split('/')[0], path.Split('/')[1]);
        var id = Guid.CreateVersion7();
        return new ServiceView(id, Guid.CreateVersion7(), stack, name, "Running", instances.Length, 2, new ServiceSpec { Name = name, Image = "app:1" }, Now,
            [.. instances.Select((i, at) => i with { ServiceId = id, Stack = stack, Service = name, Number = at + 1 })], null, null);
    }

    public static InstanceView Instance(CellState cell = CellState.Running, string? error = null, NodeView? node = null, int restarts = 0) => new(
        Guid.CreateVersion7(), default, "", "", 0, node?.Id, node?.Name, cell, 1, error, null, null, null, null, Now.AddMinutes(-5), restarts, null, 2, null);

    public static InstanceView[] Instances(int count) => [.. Enumerable.Range(0, count).Select(_ => Instance())];

    public static DeployView Failed(ServiceView service, int number, string reason) => new(
        Guid.CreateVersion7(), number, service.Id, service.Stack, service.Name, null, DeployState.Error, reason, 2, 1, "Anna", Now, Now, Now);

    public static VolumeView Volume(string name, string state) => new(
        Guid.CreateVersion7(), name, "node-1", "local", "instance", "shop", "db", 1, "/data", null, state, null, Now, Now);
}
