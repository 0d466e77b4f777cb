namespace Kontena.Core.Problems;

/// <summary>What kind of refusal a <see cref="Problem"/> is; each user-facing edge maps it once.</summary>
public enum ProblemKind
{
    /// <summary>The input is wrong; the message names the place and the remedy.</summary>
    Invalid,

    /// <summary>The actor lacks the right.</summary>
    Forbidden,

    /// <summary>No such thing, or none that the actor may see.</summary>
    NotFound,

    /// <summary>Somebody else changed it first, or the name is taken.</summary>
    Conflict,

    /// <summary>Something outside (engine, database, agent) does not answer; trying again may help.</summary>
    Unavailable,
}

/// <summary>An expected refusal, in words a user can act on.</summary>
/// <param name="Kind">Decides how an edge shows it.</param>
/// <param name="Code">Stable, machine-readable, snake case.</param>
/// <param name="Message">Names the thing, says what is wrong and what to do.</param>
public sealed record Problem(ProblemKind Kind, string Code, string Message)
{
    public static Problem Invalid(string code, string message) => new(ProblemKind.Invalid, code, message);

    public static Problem NotFound(string what, string name) =>
        new(ProblemKind.NotFound, "not_found", $"There is no {what} named '{name}'. It may have been removed; check the name.");

    public static Problem Conflict(string code, string message) => new(ProblemKind.Conflict, code, message);

    public static Problem Unavailable(string code, string message) => new(ProblemKind.Unavailable, code, message);

    /// <param name="who">The name of the actor.</param>
    /// <param name="what">The act in plain words: "scale services".</param>
    /// <param name="grid">The name of the grid; null for the whole installation.</param>
    public static Problem Forbidden(string who, string what, string? grid) => new(ProblemKind.Forbidden, "forbidden",
        grid is null
            ? $"{who} may not {what}. A master administrator can grant that right."
            : $"{who} may not {what} in grid '{grid}'. A master administrator can grant that right.");
}
