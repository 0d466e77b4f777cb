using System.Collections.Immutable;
using Kontena.Web.Ui;

namespace Kontena.Web.Grids.Pages;

/// <summary>The state of a grid as a sentence, and the numbers behind it.</summary>
public sealed record Verdict(string Sentence, string Numbers)
{
    public static Verdict Of(GridView view, ImmutableArray<Need> needs) => new(Title(view, needs), Sub(view, needs));

    private static string Title(GridView view, ImmutableArray<Need> needs)
    {
        var lacking = view.Services.Where(Needs.Short).ToList();
        var ill = view.Services.Where(s => s.State == "Running" && s.Worst is CellState.Unhealthy).ToList();
        var silent = view.Nodes.Where(n => n.Status is "Offline" or "Created").ToList();
        return (lacking.Count, ill.Count, silent.Count, needs.Length) switch
        {
            _ when view.Nodes.IsEmpty => "This grid has no nodes yet",
            (1, _, _, _) => $"{lacking[0].Path} is short of instances",
            ( > 1, _, _, _) => $"{lacking.Count} services are short of instances",
            (_, 1, _, _) => $"{ill[0].Path} is unhealthy",
            (_, > 1, _, _) => $"{ill.Count} services are unhealthy",
            (_, _, 1, _) => $"{silent[0].Name} is offline",
            (_, _, > 1, _) => $"{silent.Count} nodes are offline",
            (_, _, _, 1) => "One thing needs you",
            (_, _, _, > 1) => $"{needs.Length} things need you",
            _ when view.Stacks.IsEmpty => "Ready for the first stack",
            _ when view.StackDeploys.Any(d => d.Open) || view.Deploys.Any(d => d.Open) => "A deploy is running",
            _ when view.Services.IsEmpty => "Nothing is deployed yet",
            _ => "Everything runs as wanted",
        };
    }

    private static string Sub(GridView view, ImmutableArray<Need> needs)
    {
        var online = view.Nodes.Count(n => n.Online);
        if (view.Nodes.IsEmpty)
        {
            return "A node is a host with a Docker Engine and the agent. The master itself runs no containers.";
        }
        var nodes = online == view.Nodes.Length ? Amount.Count(online, "node") : $"{online} of {Amount.Count(view.Nodes.Length, "node")}";
        var instances = view.Services.Where(s => s.State == "Running").SelectMany(s => s.Instances).ToList();
        if (instances.Count == 0)
        {
            return $"{nodes} {(online == 1 && view.Nodes.Length == 1 ? "is" : "are")} connected. No instances are wanted.";
        }
        var running = instances.Count(i => i.Cell is CellState.Running or CellState.Settling or CellState.Unhealthy);
        var starting = instances.Count(i => i.Cell is CellState.Starting);
        var run = running == instances.Count
            ? running == 1 ? "The one instance runs" : $"All {running} instances run"
            : $"{running} of {Amount.Count(instances.Count, "instance")} {(running == 1 ? "runs" : "run")}";
        var begin = starting == 0 ? "" : starting == 1 ? " and 1 is starting" : $" and {starting} are starting";
        return $"{run}{begin}, on {nodes}.{(needs.IsEmpty ? "" : " Everything else is as wanted.")}";
    }
}
