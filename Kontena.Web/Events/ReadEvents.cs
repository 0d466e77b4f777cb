using System.Collections.Immutable;
using Kontena.Core.Problems;
using Kontena.Web.Data;
using Kontena.Web.Grids;
using Kontena.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Events;

/// <summary>Which events of a grid are wanted. Everything that is null or empty does not filter.</summary>
internal sealed record EventQuery
{
    public required string Grid { get; init; }

    /// <summary>Ids of what they are about: a service, a node; a stack with its services.</summary>
    public ImmutableArray<Guid> About { get; init; } = [];

    /// <summary>The first word of the kind: <c>service</c> for <c>service.scale</c>.</summary>
    public string? Noun { get; init; }

    /// <summary><c>info</c>, <c>good</c>, <c>warn</c> or <c>crit</c>.</summary>
    public string? Level { get; init; }

    /// <summary>Occurs in the sentence, the subject or the actor's name; upper and lower case are the same.</summary>
    public string? Text { get; init; }

    /// <summary>Only older ones than this.</summary>
    public long? Before { get; init; }

    public int Take { get; init; } = ReadEvents.Page;
}

/// <param name="More">There are older ones.</param>
internal sealed record EventPage(ImmutableArray<EventView> Events, bool More);

/// <summary>Reads the trail of a grid, newest first.</summary>
internal sealed class ReadEvents(IDbContextFactory<KontenaDb> databases)
{
    public const int Page = 50;
    public const int Most = 1_000;
    private const int LongestText = 200;

    public async Task<Result<EventPage>> HandleAsync(EventQuery query, Actor actor, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var opened = await db.OpenGridAsync(query.Grid, actor, Capability.SeeGrid, "see events", cancel);
        if (!opened.Ok)
        {
            return opened.Problem;
        }
        var grid = opened.Value.Id;
        var events = db.Events.AsNoTracking().Where(e => e.GridId == grid);
        if (!query.About.IsDefaultOrEmpty)
        {
            var about = query.About.Select(id => (Guid?)id).ToList();
            events = events.Where(e => about.Contains(e.SubjectId));
        }
        if (query.Noun is { Length: > 0 } noun)
        {
            var prefix = noun + ".";
            events = events.Where(e => e.Kind.StartsWith(prefix));
        }
        if (query.Level is { Length: > 0 } level)
        {
            events = events.Where(e => e.Level == level);
        }
        if (query.Before is { } before)
        {
            events = events.Where(e => e.Id < before);
        }
        if (Pattern(query.Text) is { } pattern)
        {
            events = events.Where(e => EF.Functions.Like(e.Summary.ToLower(), pattern, Escape) || EF.Functions.Like(e.Subject.ToLower(), pattern, Escape)
                || EF.Functions.Like(e.ActorName.ToLower(), pattern, Escape));
        }
        var take = Math.Clamp(query.Take, 1, Most);
        var rows = await events.OrderByDescending(e => e.Id).Take(take + 1).ToListAsync(cancel);
        return new EventPage([.. rows.Take(take).Select(GridViewReader.View)], rows.Count > take);
    }

    private const string Escape = "\\";

    /// <summary>Text between anything, with what has a meaning in a pattern taken literally.</summary>
    private static string? Pattern(string? text)
    {
        var wanted = text?.Trim().ToLowerInvariant();
        if (string.IsNullOrEmpty(wanted))
        {
            return null;
        }
        wanted = wanted.Length > LongestText ? wanted[..LongestText] : wanted;
        return $"%{wanted.Replace(Escape, Escape + Escape, StringComparison.Ordinal).Replace("%", Escape + "%", StringComparison.Ordinal).Replace("_", Escape + "_", StringComparison.Ordinal)}%";
    }
}
