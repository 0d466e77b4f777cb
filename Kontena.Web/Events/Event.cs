using Kontena.Web.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Kontena.Web.Events;

/// <summary>One state change: who or what caused it, before, after, when. Written in the transaction of the change, never altered.</summary>
internal sealed class Event
{
    /// <summary>Orders events; rises.</summary>
    public long Id { get; private init; }

    /// <summary>Null for what concerns the whole installation.</summary>
    public Guid? GridId { get; private init; }

    public required DateTimeOffset At { get; init; }

    public required ActorKind ActorKind { get; init; }

    public Guid? ActorId { get; private init; }

    public required string ActorName { get; init; }

    /// <summary>Noun and verb: <c>service.scale</c>, <c>instance.crashed</c>, <c>node.joined</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The name of what changed: <c>shop/web</c>, <c>shop/web-2</c>, <c>node-1</c>.</summary>
    public required string Subject { get; init; }

    public Guid? SubjectId { get; private init; }

    /// <summary>What happened, as a sentence without the actor.</summary>
    public required string Summary { get; init; }

    /// <summary>Short text or JSON; null when there was nothing. Never a secret or an environment's value.</summary>
    public string? Before { get; private init; }

    public string? After { get; private init; }

    /// <summary>How grave it is for a person: <c>info</c>, <c>good</c>, <c>warn</c>, <c>crit</c>.</summary>
    public required string Level { get; init; }

    public static Event Of(
        Actor actor, DateTimeOffset now, Guid? grid, string kind, string subject, Guid? subjectId, string summary,
        string? before = null, string? after = null, string level = "info") => new()
        {
            GridId = grid,
            At = now,
            ActorKind = actor.Kind,
            ActorId = actor.Id,
            ActorName = actor.Name,
            Kind = kind,
            Subject = Cut(subject, 200)!,
            SubjectId = subjectId,
            Summary = Cut(summary, 2_000)!,
            Before = Cut(before, 8_000),
            After = Cut(after, 8_000),
            Level = level,
        };

    private static string? Cut(string? text, int length) => text?.Length > length ? text[..length] : text;
}

internal sealed class EventConfiguration : IEntityTypeConfiguration<Event>
{
    public void Configure(EntityTypeBuilder<Event> e)
    {
        e.HasIndex(x => new { x.GridId, x.Id });
        e.HasIndex(x => new { x.SubjectId, x.Id });
        e.Property(x => x.ActorName).HasMaxLength(256);
        e.Property(x => x.Kind).HasMaxLength(64);
        e.Property(x => x.Subject).HasMaxLength(200);
        e.Property(x => x.Summary).HasMaxLength(2_000);
        e.Property(x => x.Before).HasMaxLength(8_000);
        e.Property(x => x.After).HasMaxLength(8_000);
        e.Property(x => x.Level).HasMaxLength(8);
    }
}
