using System.Globalization;
using Kontena.Web.Ui;

namespace Kontena.Web.Grids.Pages;

/// <summary>The states of nodes, services and stacks as people read them.</summary>
public static class Words
{
    /// <summary>"Engine silent" outranks the connection: an agent without an engine is of no use.</summary>
    public static string Status(NodeView node) => node.EngineProblem is not null && node.Status != "Offline" ? "No engine"
        : node.Status == "Created" ? "Never seen" : node.Status;

    public static string Reason(NodeView node, int instances, DateTimeOffset now) => node switch
    {
        { Status: "Created" } => "It joined, but its agent never connected. Look at the agent's log on that host.",
        { Online: false, LastSeenAt: { } seen } => $"Seen last at {Ago.ClockSeconds(seen)}, {Ago.Of(seen, now)} ago. {(instances == 0 ? "Nothing of ours stands on it." : $"{Amount.Count(instances, "instance")} there {(instances == 1 ? "goes" : "go")} on without us.")}",
        { Status: "Connecting" } => "Its agent is connected; what the host is has not arrived yet.",
        { EngineProblem: { } problem } => $"Its agent is connected, but the engine does not answer: {problem}",
        { Status: "Drain" } => $"Takes no new instances; {Amount.Count(instances, "instance")} {(instances == 1 ? "is" : "are")} still here.",
        { ConnectedAt: { } since } => $"{Amount.Count(instances, "instance")}, connected for {Ago.Of(since, now)}.",
        _ => Amount.Count(instances, "instance") + ".",
    };

    public static string Status(ServiceView service) => service switch
    {
        { State: "Initialized" } => "Not deployed",
        { State: "Running", Wanted: 0, Instances.IsEmpty: true } => "At zero",
        { OpenDeploy: not null } when service.Worst.Intent() is not (Intent.Crit or Intent.Warn) => "Deploying",
        _ => service.Worst.Word(),
    };

    /// <summary>The cell that speaks for a service.</summary>
    public static CellState Cell(ServiceView service) => service switch
    {
        { State: "Initialized" } => CellState.Room,
        { OpenDeploy: not null } when service.Worst.Intent() is not (Intent.Crit or Intent.Warn or Intent.Progress) => CellState.Starting,
        _ => service.Worst,
    };

    /// <summary>"6 of 6 running." and whatever a person should know beyond it.</summary>
    public static string Reason(ServiceView service)
    {
        if (service.State == "Initialized")
        {
            return "Saved, but never deployed.";
        }
        if (service.State == "Stopped")
        {
            return "Stopped on purpose. Its containers and its data stay.";
        }
        var total = service.Instances.Length;
        var up = service.Instances.Count(i => i.Cell is CellState.Running or CellState.Settling or CellState.Unhealthy);
        var words = total == 0 ? "No instances are wanted." : $"{up} of {total} running.";
        if (service.Instances.Where(i => i.Cell.Intent() is Intent.Crit or Intent.Warn).MaxBy(i => i.Cell.Severity()) is { } bad)
        {
            return $"{words} {Trouble(bad, service)}";
        }
        if (service.OpenDeploy is { } deploy)
        {
            var doing = service.Instances.Where(i => i.Doing is not null).Select(i => $" {i.Name}: {i.Doing}.").FirstOrDefault();
            return string.Create(CultureInfo.InvariantCulture, $"{words} Deploy {deploy.Number} is running.{doing}");
        }
        if (service.Problem is { } problem)
        {
            return $"{words} The last deploy failed: {problem}";
        }
        var settling = service.Instances.Count(i => i.Cell is CellState.Settling);
        var restarted = service.Instances.Where(i => i.Restarts > 0).ToList();
        return words + (settling > 0 ? $" {settling} in {(settling == 1 ? "its" : "their")} watch window." : "")
            + (restarted.Count == 1 ? $" {restarted[0].Name} was restarted {Times(restarted[0].Restarts)}." : restarted.Count > 1 ? $" {restarted.Count} instances were restarted." : "");
    }

    /// <summary>What is wrong with a service in one line of a table; null when nothing is.</summary>
    public static string? Trouble(ServiceView service) =>
        service.State != "Running" ? service.Problem
        : service.Instances.Where(i => i.Cell.Intent() is Intent.Crit or Intent.Warn).MaxBy(i => i.Cell.Severity()) is { } bad
            ? Trouble(bad, service)
            : service.Problem;

    /// <summary>What an instance failed with, without the container's name before it: that is said where the words stand.</summary>
    public static string? Error(InstanceView instance) =>
        instance.Error is { } error && error.StartsWith($"{instance.Stack}.{instance.Name} ", StringComparison.Ordinal)
            ? error[(instance.Stack.Length + instance.Name.Length + 2)..] : instance.Error;

    private static string Trouble(InstanceView bad, ServiceView service) => Error(bad) is { } error
        ? error == bad.Error ? $"{bad.Name}: {error}" : $"{bad.Name} {error}"
        : $"{bad.Name}: {service.Problem ?? bad.Warning ?? Plain(bad.Cell)}";

    public static string Status(StackView stack) => stack.State switch
    {
        "initialized" => "Not deployed",
        "stopped" => "Stopped",
        _ when stack.Services.Any(s => s.State == "Running" && s.Worst.Intent() is Intent.Crit or Intent.Warn or Intent.Unknown) => Cell(stack).Word(),
        "deploying" => "Deploying",
        "partially_running" => "Partly running",
        _ => Cell(stack).Word(),
    };

    public static CellState Cell(StackView stack) => stack.State switch
    {
        "initialized" => CellState.Room,
        "stopped" => CellState.Stopped,
        _ when stack.Services.Where(s => s.State == "Running").Select(s => s.Worst).Worst() is { } worst && worst.Intent() is Intent.Crit or Intent.Warn or Intent.Unknown => worst,
        "deploying" => CellState.Starting,
        _ => stack.Services.Select(s => s.Worst).Worst() ?? CellState.Stopped,
    };

    public static string Reason(StackView stack)
    {
        var running = stack.Services.Where(s => s.State == "Running").ToList();
        var bad = running.Where(s => s.Worst.Intent() is Intent.Crit or Intent.Warn).ToList();
        var saved = stack.DeployedRevision is { } deployed && deployed < stack.LatestRevision
            ? string.Create(CultureInfo.InvariantCulture, $" Revision {stack.LatestRevision} is saved and not deployed.") : "";
        return stack.State switch
        {
            "initialized" => "Saved, but never deployed. Review and deploy it to start its services.",
            "stopped" => "All services are stopped on purpose." + saved,
            _ when bad.Count == 1 => $"{bad[0].Name}: {Trouble(bad[0])}{saved}",
            _ when bad.Count > 1 => $"{bad.Count} of {Amount.Count(stack.Services.Length, "service")} are short of instances or unhealthy.{saved}",
            "deploying" => "A deploy is running.",
            _ when running.Count == stack.Services.Length => $"{(running.Count == 1 ? "Its service runs" : $"All {running.Count} services run")} as wanted.{saved}",
            _ => $"{running.Count} of {Amount.Count(stack.Services.Length, "service")} {(running.Count == 1 ? "runs" : "run")}, the others are stopped.{saved}",
        };
    }

    public static string Volume(VolumeView volume) => volume.State switch
    {
        "InUse" => "In use",
        "Ready" => "Ready",
        "Detached" => "Detached",
        _ => "Missing",
    };

    public static string VolumeReason(VolumeView volume) => volume.State switch
    {
        "InUse" => "",
        "Ready" => "nothing mounts it right now",
        "Detached" => "its service was removed or scaled down; the data stays",
        _ => "its node says that it does not exist any more",
    };

    public static CellState Cell(VolumeView volume) => volume.State switch
    {
        "InUse" => CellState.Running,
        "Ready" => CellState.Room,
        "Detached" => CellState.Stopped,
        _ => CellState.Missing,
    };

    public static string Times(int count) => count switch { 1 => "once", 2 => "twice", _ => string.Create(CultureInfo.InvariantCulture, $"{count} times") };

    private static string Plain(CellState state) => state switch
    {
        CellState.NoNode => "no node was found for it",
        CellState.Restarting => "it ended and is started again",
        CellState.Unhealthy => "its health check fails",
        _ => "it has no running container",
    };
}
