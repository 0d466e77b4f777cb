using System.Collections.Immutable;
using Kontena.Core.Deploys;
using Kontena.Web.Ui;

namespace Kontena.Web.Grids.Pages;

/// <summary>Something that wants a person.</summary>
/// <param name="Name">What it is about; stands before <paramref name="Words"/>.</param>
/// <param name="Words">Completes the sentence: "1 of 3 instances has no node".</param>
/// <param name="Why">The reason, or what is known; null when there is nothing to add.</param>
/// <param name="Since">Null when unknown.</param>
/// <param name="Act">The word on the way to it: "Open node".</param>
public sealed record Need(CellState Cell, string Name, string Words, string? Why, DateTimeOffset? Since, string Act, string Href);

/// <summary>What is not as wanted in a grid, worst first.</summary>
public static class Needs
{
    public static ImmutableArray<Need> Of(GridView view)
    {
        var services = view.Services.Select(service => Of(view, service)).OfType<Need>().ToList();
        var nodes = view.Nodes.SelectMany(node => Of(view, node));
        var volumes = view.Volumes.Where(v => v.State == "Missing").Select(v => new Need(CellState.Missing, v.DockerName, $"is gone from {v.Node}",
            "Its data is not there any more. Its instance does not start with an empty one by itself.", v.LastSeenAt, "Open volumes", Links.Volumes(view.Name)));
        return [.. services.Concat(nodes).Concat(volumes).OrderByDescending(need => need.Cell.Severity()).ThenBy(need => need.Name, StringComparer.Ordinal)];
    }

    /// <summary>A service is short of instances when one that is wanted does not run and nobody is bringing it up.</summary>
    public static bool Short(ServiceView service) =>
        service.State == "Running" && service.Instances.Any(i => i.Cell.Intent() is Intent.Crit);

    private static Need? Of(GridView view, ServiceView service)
    {
        if (service.State != "Running")
        {
            return FailedDeploy(view, service);
        }
        var bad = service.Instances.Where(i => i.Cell.Intent() is Intent.Crit or Intent.Warn).ToList();
        if (bad.Count == 0)
        {
            return FailedDeploy(view, service);
        }
        var worst = bad.MaxBy(i => i.Cell.Severity())!;
        var alike = bad.Where(i => i.Cell == worst.Cell).ToList();
        return new Need(worst.Cell, service.Path, $"{Share(alike.Count, service.Instances.Length)} {Words(worst.Cell, alike.Count)}",
            alike.Select(Grids.Pages.Words.Error).OfType<string>().Select(Capital).FirstOrDefault() ?? service.Problem ?? worst.Doing, null,
            "Open instances", Links.Service(view.Name, service.Stack, service.Name, "instances"));
    }

    private static Need? FailedDeploy(GridView view, ServiceView service)
    {
        if (service.Problem is not { } reason)
        {
            return null;
        }
        var failed = view.Deploys.FirstOrDefault(d => d.ServiceId == service.Id && d.State is DeployState.Error or DeployState.Aborted);
        return failed is null
            ? new Need(CellState.Unhealthy, service.Path, "was not deployed as wanted", reason, null, "Open service", Links.Service(view.Name, service.Stack, service.Name))
            : new Need(CellState.Unhealthy, service.Path, $"deploy {failed.Number} failed", reason, failed.FinishedAt, "Open deploy", Links.Deploy(view.Name, failed.Number));
    }

    private static IEnumerable<Need> Of(GridView view, NodeView node)
    {
        if (node.Status is "Offline" or "Created")
        {
            var on = view.InstancesOn(node.Id).ToList();
            var waiting = on.Where(i => view.Services.First(s => s.Id == i.ServiceId).Spec.Stateful).Select(i => $"{i.Stack}/{i.Name}").ToList();
            yield return new Need(CellState.Unknown, node.Name,
                node.Status == "Created" ? "joined, but its agent never connected" : on.Count == 0 ? "is offline" : $"is offline; no news of {Amount.Count(on.Count, "instance")}",
                waiting.Count > 0 ? $"{Listed(waiting)} {(waiting.Count == 1 ? "stays: its volume is" : "stay: their volumes are")} on this node"
                    : node.LastSeenAt is { } seen ? $"Seen last at {Ago.ClockSeconds(seen)}. What runs there goes on running." : "Start the agent on that host.",
                node.LastSeenAt, "Open node", Links.Node(view.Name, node.Name));
        }
        else if (node.EngineProblem is { } problem)
        {
            yield return new Need(CellState.Unhealthy, node.Name, "has an engine that does not answer", problem, null, "Open node", Links.Node(view.Name, node.Name));
        }
    }

    private static string Capital(string words) => words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];

    private static string Share(int some, int all) => all == 1 ? "1 instance" : some == all ? $"all {all} instances" : $"{some} of {all} instances";

    private static string Words(CellState state, int count) => (state, count) switch
    {
        (CellState.NoNode, 1) => "has no node",
        (CellState.NoNode, _) => "have no node",
        (CellState.Restarting, 1) => "does not stay up",
        (CellState.Restarting, _) => "do not stay up",
        (CellState.Unhealthy, 1) => "fails its health check",
        (CellState.Unhealthy, _) => "fail their health check",
        (_, 1) => "has no running container",
        _ => "have no running container",
    };

    private static string Listed(List<string> names) => names.Count <= 2 ? string.Join(" and ", names) : $"{names[0]} and {names.Count - 1} others";
}
