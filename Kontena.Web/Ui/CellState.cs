namespace Kontena.Web.Ui;

/// <summary>What one cell can say about one instance. Each state has a form of its own, not only a colour.</summary>
public enum CellState
{
    Running,

    /// <summary>Running, in its watch window; the cell fills with the time watched.</summary>
    Settling,

    /// <summary>Work goes on, before it is ready.</summary>
    Starting,

    /// <summary>Running, with a condition.</summary>
    Unhealthy,

    Restarting,

    /// <summary>Has a node, but no container.</summary>
    Missing,

    NoNode,

    /// <summary>On purpose.</summary>
    Stopped,

    /// <summary>No news from it: its node is offline.</summary>
    Unknown,

    /// <summary>Was here; was moved away or replaced within the last hour.</summary>
    Moved,

    /// <summary>Space for one more.</summary>
    Room,
}

/// <summary>The five intents of colour, and unknown.</summary>
public enum Intent
{
    Good,
    Progress,
    Warn,
    Crit,
    Neutral,
    Unknown,
}

public static class CellStates
{
    /// <summary>The word shown beside the cell.</summary>
    public static string Word(this CellState state) => state switch
    {
        CellState.NoNode => "No node",
        _ => state.ToString(),
    };

    public static Intent Intent(this CellState state) => state switch
    {
        CellState.Running => Ui.Intent.Good,
        CellState.Settling or CellState.Starting => Ui.Intent.Progress,
        CellState.Unhealthy => Ui.Intent.Warn,
        CellState.Restarting or CellState.Missing or CellState.NoNode => Ui.Intent.Crit,
        CellState.Stopped => Ui.Intent.Neutral,
        _ => Ui.Intent.Unknown,
    };

    /// <summary>The state that an aggregate shows: the higher, the worse.</summary>
    public static int Severity(this CellState state) => state switch
    {
        CellState.NoNode => 9,
        CellState.Missing => 8,
        CellState.Restarting => 7,
        CellState.Unhealthy => 6,
        CellState.Unknown => 5,
        CellState.Starting => 4,
        CellState.Settling => 3,
        CellState.Running => 2,
        CellState.Stopped => 1,
        _ => 0,
    };

    /// <summary>The worst member; null when there is none.</summary>
    public static CellState? Worst(this IEnumerable<CellState> states) =>
        states.Select(state => (CellState?)state).MaxBy(state => state!.Value.Severity());

    public static string CssName(this CellState state) => state is CellState.NoNode ? "no-node" : state.ToString().ToLowerInvariant();

    public static string CssName(this Intent intent) => intent.ToString().ToLowerInvariant();

    /// <summary>"4 of 6 running, 1 settling, 1 without a node": the sentence of a strip.</summary>
    public static string Sentence(this IEnumerable<CellState> states)
    {
        var counted = states.Where(state => state is not (CellState.Room or CellState.Moved)).CountBy(state => state)
            .OrderByDescending(pair => pair.Key is CellState.Running).ThenByDescending(pair => pair.Key.Severity()).ToList();
        if (counted.Count == 0)
        {
            return "no instances";
        }
        var total = counted.Sum(pair => pair.Value);
        return counted[0] switch
        {
            var (state, count) when counted.Count == 1 && total == 1 => $"{count} {InSentence(state)}",
            var (state, _) when counted.Count == 1 => $"all {total} {InSentence(state)}",
            var (state, count) => $"{count} of {total} {InSentence(state)}"
                + string.Concat(counted.Skip(1).Select(pair => $", {pair.Value} {InSentence(pair.Key)}")),
        };
    }

    private static string InSentence(CellState state) => state switch
    {
        CellState.NoNode => "without a node",
        _ => state.ToString().ToLowerInvariant(),
    };
}
