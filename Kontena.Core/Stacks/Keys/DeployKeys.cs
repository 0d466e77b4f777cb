using System.Collections.Immutable;
using Kontena.Core.Services;

namespace Kontena.Core.Stacks.Keys;

/// <summary>The keys of <c>deploy:</c>.</summary>
internal static class DeployKeys
{
    public static ImmutableArray<StackKey> All { get; } =
    [
        new()
        {
            Name = "strategy", Types = KeyTypes.Text, Values = ["ha", "daemon", "random", "binpack"], Default = "ha", Example = "daemon",
            Summary = "How nodes are chosen: 'ha' spreads over zones and nodes, 'daemon' puts instances on every node, 'binpack' fills one node after the other.",
        },
        new()
        {
            Name = "wait_for_port", Types = KeyTypes.Integer, Min = 1, Max = 65_535, Example = "8080",
            Summary = "An instance counts as started when this port of it accepts a connection.",
            Convert = Number.Int32,
        },
        new()
        {
            Name = "min_health", Types = KeyTypes.Number, Min = 0, Max = 1, Default = "0.8", Example = "0.5",
            Summary = "The share of the instances that stays up during a deploy, from 0 to 1.",
            Convert = Number.Decimal,
        },
        new()
        {
            Name = "interval", Types = KeyTypes.Text | KeyTypes.Integer, Min = 0, Example = "7d", Form = "seconds, or a number with min, h or d",
            Summary = "The service is deployed again whenever this time has passed.",
            Convert = (at, _) => Interval(at),
        },
        Count("max_parallel", 1, "How many instances are replaced at the same time."),
        Count("max_failures", 0, "How many instances may fail before the deploy ends."),
        Count("canaries", 0, "How many instances are replaced first and watched before the others follow."),
        Duration("monitor", "10s", "How long an instance must stay ready before it counts."),
        Duration("healthy_deadline", "300s", "How long an instance may take from its start until it is ready."),
        Duration("progress_deadline", "600s", "How long a deploy may go on without any instance becoming ready."),
        new()
        {
            Name = "order", Types = KeyTypes.Text, Values = ["stop_first", "start_first"], Default = "stop_first", Example = "start_first",
            Summary = "Whether the old instance ends before or after the new one has started.",
        },
        new()
        {
            Name = "failure_action", Types = KeyTypes.Text, Values = ["halt", "pause", "rollback"], Default = "halt", Example = "rollback",
            Summary = "What happens when too many instances fail.",
        },
        Flag("auto_promote", "Whether the deploy goes on by itself when the canaries are well."),
        Flag("pull_ahead", "Whether images are pulled before the first instance is stopped."),
        Flag("migrations", "Whether instances with volumes may move to another node together with their data."),
        Flag("reschedule", "Whether instances of a lost node are started elsewhere."),
        new()
        {
            Name = "spread_by", Types = KeyTypes.List, Default = "[az]", Example = "[az, \"label:rack\"]", Form = "az and label:NAME",
            Summary = "What 'ha' spreads over, in this order.",
            Convert = (at, _) => SpreadBy(at),
        },
        new()
        {
            Name = "restart", Types = KeyTypes.Mapping, Example = "{ attempts: 5, window: 10m }",
            Summary = "How an instance that ended is started again.",
            Keys =
            [
                new() { Name = "condition", Types = KeyTypes.Text, Values = ["any", "on_failure", "none"], Default = "any", Example = "on_failure", Summary = "Which ends count." },
                Duration("delay", null, "How long to wait before the next start."),
                Count("attempts", 0, "How many starts within the window."),
                Duration("window", "10m", "The time in which the attempts are counted."),
                new() { Name = "mode", Types = KeyTypes.Text, Values = ["delay", "fail"], Default = "delay", Example = "fail", Summary = "Whether to wait or to give up when the attempts are used up." },
            ],
            Convert = (_, keys) => new RestartPolicy(
                keys.Text("condition"), keys.Value<TimeSpan>("delay"), keys.Value<int>("attempts"), keys.Value<TimeSpan>("window"), keys.Text("mode")),
        },
        new()
        {
            Name = "reserve_memory", Types = KeyTypes.Text | KeyTypes.Integer, Min = 0, Example = "256m", Form = "bytes, or a number with k, m or g",
            Summary = "Memory that must be free on the node of each instance.",
            Convert = (at, _) => ServiceValues.Size(at),
        },
        new()
        {
            Name = "reserve_cpus", Types = KeyTypes.Number, Min = 0, Max = 4_096, Example = "0.5",
            Summary = "Processor cores that must be free on the node of each instance.",
            Convert = Number.Decimal,
        },
        new()
        {
            Name = "pull", Types = KeyTypes.Text, Values = ["always", "if_absent", "never"], Default = "always", Example = "if_absent",
            Summary = "When the image is pulled.",
        },
        Duration("fence_after", null, "A node without contact for this long stops its instances of this service by itself."),
    ];

    public static DeployOptions Build(KeyValues keys) => new()
    {
        Strategy = keys.Text("strategy") ?? "ha",
        WaitForPort = keys.Value<int>("wait_for_port"),
        MinHealth = keys.Value<decimal>("min_health"),
        Interval = keys.Value<TimeSpan>("interval"),
        MaxParallel = keys.Value<int>("max_parallel"),
        MaxFailures = keys.Value<int>("max_failures"),
        Canaries = keys.Value<int>("canaries"),
        Monitor = keys.Value<TimeSpan>("monitor"),
        HealthyDeadline = keys.Value<TimeSpan>("healthy_deadline"),
        ProgressDeadline = keys.Value<TimeSpan>("progress_deadline"),
        Order = keys.Text("order"),
        FailureAction = keys.Text("failure_action"),
        AutoPromote = keys.Value<bool>("auto_promote"),
        PullAhead = keys.Value<bool>("pull_ahead"),
        Migrations = keys.Value<bool>("migrations"),
        Reschedule = keys.Value<bool>("reschedule"),
        SpreadBy = keys.Value<ImmutableArray<string>>("spread_by") ?? [],
        Restart = keys.Reference<RestartPolicy>("restart"),
        ReserveMemoryBytes = keys.Value<long>("reserve_memory"),
        ReserveCpus = keys.Value<decimal>("reserve_cpus"),
        Pull = keys.Text("pull"),
        FenceAfter = keys.Value<TimeSpan>("fence_after"),
    };

    private static StackKey Count(string name, int min, string summary) => new()
    {
        Name = name, Types = KeyTypes.Integer, Min = min, Max = 10_000, Example = "1", Summary = summary, Convert = Number.Int32,
    };

    private static StackKey Flag(string name, string summary) => new()
    {
        Name = name, Types = KeyTypes.Boolean, Example = "true", Summary = summary,
    };

    private static StackKey Duration(string name, string? otherwise, string summary) => new()
    {
        Name = name, Types = KeyTypes.Text | KeyTypes.Integer, Min = 0, Max = 315_360_000, Default = otherwise, Example = "30s",
        Form = "seconds, or numbers with h, m or s", Summary = summary, Convert = (at, _) => ServiceValues.Duration(at),
    };

    private static TimeSpan? Interval(Place at)
    {
        if (DurationText.ParseInterval(at.Text) is { } interval)
        {
            return interval == TimeSpan.Zero ? null : interval;
        }
        at.Error("invalid", $"'{Shown.Short(at.Text)}' is no interval. Write seconds, or a number with min, h or d, such as 7d.");
        return null;
    }

    private static ImmutableArray<string> SpreadBy(Place at)
    {
        var rules = KeyReader.Texts(at);
        foreach (var rule in rules)
        {
            if (rule != "az" && !(rule.StartsWith("label:", StringComparison.Ordinal) && rule.Length > 6))
            {
                at.Error("invalid", $"'{Shown.Short(rule)}' is nothing to spread over. Write az or label:NAME.");
            }
        }
        return rules;
    }
}
