using System.Collections.Immutable;
using System.Globalization;
using Kontena.Core.Deploys;
using Kontena.Web.Grids;
using Kontena.Web.Ui;

namespace Kontena.Web.Deploys.Pages;

public enum StageState
{
    Waiting,
    Active,
    Done,
    Failed,
}

/// <summary>One stretch of the track from plan to verdict.</summary>
/// <param name="Share">How much of it is done, 0–1.</param>
/// <param name="Weight">How wide it is beside the others.</param>
public sealed record Stage(string Name, string Note, StageState State, double Share, int Weight);

/// <summary>What a deploy's page says first: a sentence, why, what happens next.</summary>
public sealed record DeployVerdict(CellState Cell, double Watched, string Sentence, string Why, ImmutableArray<Stage> Stages)
{
    public static DeployVerdict Of(DeployDetail deploy, GridView view, DateTimeOffset now)
    {
        var instances = deploy.Parts.SelectMany(p => p.Instances.Select(i => (Part: p, Instance: i))).ToList();
        var total = instances.Count;
        var rolled = instances.Count(x => x.Instance.Step is InstanceDeployStep.Verify or InstanceDeployStep.Done);
        var settled = instances.Count(x => x.Instance.State is InstanceDeployState.Success);
        var failed = instances.Where(x => x.Instance.State is InstanceDeployState.Error).ToList();
        var settling = instances.Where(x => x.Instance.Step is InstanceDeployStep.Verify && x.Instance.State is InstanceDeployState.Ongoing).ToList();
        var watched = settling.Count == 0 ? 0 : settling.Average(x => WatchedShare(view, deploy.Stack, x.Part, x.Instance, now));
        var (cell, sentence, why) = deploy.State switch
        {
            DeployState.Success => (CellState.Running, total == 0 ? "Done, nothing to run" : $"Settled: {Words(total)} as wanted",
                $"Every instance stayed ready through its watch window. It took {Ago.Took((deploy.FinishedAt ?? now) - deploy.CreatedAt)}."),
            DeployState.Aborted => (CellState.Stopped, "Ended before it began", deploy.Reason ?? ""),
            DeployState.Error => (CellState.Restarting, failed.Count > 0 ? $"Failed at {failed[0].Part.Service}-{failed[0].Instance.Number}" : "Failed", deploy.Reason ?? ""),
            _ when failed.Count > 0 => (CellState.Restarting, $"Failing at {failed[0].Part.Service}-{failed[0].Instance.Number}", failed[0].Instance.Error ?? ""),
            _ when total > 0 && rolled == total && deploy.Waiting.IsEmpty => (CellState.Settling, "Settling",
                $"{Words(total)} run. {(settled == 0 ? "Each" : $"{settled} have settled; each of the others")} must stay ready for its watch window."),
            _ when total == 0 => (CellState.Starting, "Planning", "The planner looks for a place for every instance before anything is touched."),
            _ => (CellState.Starting, $"Rolling: {rolled} of {total}{(deploy.Waiting.IsEmpty ? "" : "+")} in place", Doing(deploy, view) ?? "Instances are replaced a few at a time."),
        };
        return new DeployVerdict(cell, watched, sentence, why, Track(deploy, total, rolled, settled, failed.Count, watched, now));
    }

    /// <summary>Share of the watch window that an instance has been ready.</summary>
    public static double WatchedShare(GridView view, string stack, DeployPart part, DeployInstance instance, DateTimeOffset now) =>
        instance.State is InstanceDeployState.Success ? 1
        : view.Service(stack, part.Service)?.Instances.FirstOrDefault(i => i.Number == instance.Number)?.Watched
            ?? (instance.StepStartedAt is { } since ? Math.Clamp((now - since) / part.Watch, 0, 1) : 0);

    private static ImmutableArray<Stage> Track(DeployDetail deploy, int total, int rolled, int settled, int failed, double watched, DateTimeOffset now)
    {
        var planned = deploy.Parts.Any(p => p.StartedAt is not null) || deploy.Parts.All(p => p.FinishedAt is not null) && deploy.Parts.Length > 0;
        var ended = !deploy.Open;
        var good = deploy.State is DeployState.Success;
        var allRolled = planned && rolled == total && deploy.Waiting.IsEmpty && deploy.Parts.All(p => p.StartedAt is not null);
        StageState Of(bool done, bool active) => done ? StageState.Done : ended ? StageState.Failed : active ? StageState.Active : StageState.Waiting;
        return
        [
            new("Planned", planned ? $"at {Ago.ClockSeconds(deploy.Parts[0].StartedAt ?? deploy.CreatedAt)}" : "looking for places", Of(planned || good, true), planned ? 1 : 0, 2),
            new("Rolled", total == 0 ? "–" : $"{rolled} of {total}", Of(allRolled || good, planned), total == 0 ? (good ? 1 : 0) : (double)rolled / total, 4),
            new("Settling", total == 0 ? "–" : $"{settled} of {total} settled", Of(good, rolled > 0), total == 0 ? (good ? 1 : 0) : (settled + watched * Math.Max(0, rolled - settled)) / total, 4),
            new("Verdict", ended ? $"at {Ago.ClockSeconds(deploy.FinishedAt ?? now)}" : "open", Of(good, false), good ? 1 : 0, 2),
        ];
    }

    private static string? Doing(DeployDetail deploy, GridView view) =>
        deploy.Parts.Where(p => p.State is DeployState.Ongoing)
            .SelectMany(p => p.Instances.Where(i => i.State is InstanceDeployState.Ongoing)
                .Select(i => view.Service(deploy.Stack, p.Service)?.Instances.FirstOrDefault(v => v.Number == i.Number)))
            .FirstOrDefault(i => i?.Doing is not null) is { } instance
            ? $"{instance.Name} on {instance.Node}: {instance.Doing}."
            : null;

    private static string Words(int total) => string.Create(CultureInfo.InvariantCulture, $"{total} {(total == 1 ? "instance" : "instances")}");
}
