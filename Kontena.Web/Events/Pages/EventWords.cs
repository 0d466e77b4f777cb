using Kontena.Web.Grids;
using Kontena.Web.Grids.Pages;
using Kontena.Web.Ui;
using Microsoft.AspNetCore.Components;

namespace Kontena.Web.Events.Pages;

/// <summary>Events as people read them: a sentence with its subject as a link, and who caused it.</summary>
internal static class EventWords
{
    public static TimelineEntry Entry(GridView view, EventView e, bool detail = false) =>
        new(e.Id, e.At, Cell(e), Words(view, e), detail ? Detail(e) : e.ActorKind == "User" ? e.ActorName : null);

    /// <summary>Finer than the level: a stop is a low bar, a silent node a hollow cell.</summary>
    public static CellState Cell(EventView e) => e.Kind switch
    {
        "node.offline" => CellState.Unknown,
        "volume.missing" => CellState.Missing,
        "service.stop" or "instance.stopped" => CellState.Stopped,
        "service.deploy" or "deploy.started" or "stack.deploy" => CellState.Starting,
        _ when e.Level == "info" => CellState.Room,
        _ => e.Cell,
    };

    /// <summary>The sentence, with a capital where it does not begin with a name.</summary>
    public static string Sentence(EventView e) =>
        e.Summary.Length == 0 || e.Summary.StartsWith(e.Subject, StringComparison.Ordinal) ? e.Summary : char.ToUpperInvariant(e.Summary[0]) + e.Summary[1..];

    public static string Who(EventView e) => e.ActorKind switch
    {
        "User" => e.ActorName,
        "Agent" => e.ActorName == "agent" ? "its agent" : $"agent of {e.ActorName}",
        _ => $"master, {e.ActorName}",
    };

    private static string Detail(EventView e) => (e.Before, e.After) switch
    {
        (null, null) => Who(e),
        (null, { } after) => $"{Who(e)}, now {Short(after)}",
        ({ } before, null) => $"{Who(e)}, was {Short(before)}",
        ({ } before, { } after) => $"{Who(e)}, {Short(before)} → {Short(after)}",
    };

    private static string Short(string text) => text.Length <= 120 ? text : text[..120] + "…";

    private static RenderFragment Words(GridView view, EventView e) => builder =>
    {
        var sentence = Sentence(e);
        var at = sentence.IndexOf(e.Subject, StringComparison.Ordinal);
        if (at < 0 || e.Subject.Length == 0)
        {
            builder.AddContent(0, sentence);
            return;
        }
        builder.AddContent(1, sentence[..at]);
        if (Links.Subject(view, e.Subject) is { } href)
        {
            builder.OpenElement(2, "a");
            builder.AddAttribute(3, "class", "k-plain k-name");
            builder.AddAttribute(4, "href", href);
            builder.AddContent(5, e.Subject);
            builder.CloseElement();
        }
        else
        {
            builder.OpenElement(6, "b");
            builder.AddContent(7, e.Subject);
            builder.CloseElement();
        }
        builder.AddContent(8, sentence[(at + e.Subject.Length)..]);
    };
}
