using System.Collections.Immutable;
using Kontena.Core.Problems;

namespace Kontena.Web.Identity;

internal enum ActorKind
{
    User,
    Agent,

    /// <summary>The master itself: a loop, or the start-up.</summary>
    System,
}

/// <summary>Whoever asks for something, with the rights of this moment.</summary>
internal sealed record Actor(ActorKind Kind, Guid? Id, string Name, bool MasterAdministrator, ImmutableDictionary<Guid, GridRole> Roles)
{
    public static Actor Nobody { get; } = new(ActorKind.User, null, "nobody", false, ImmutableDictionary<Guid, GridRole>.Empty);

    /// <param name="name">The loop or part: "deploy reconciler".</param>
    public static Actor System(string name) => new(ActorKind.System, null, name, false, ImmutableDictionary<Guid, GridRole>.Empty);

    public static Actor Agent(Guid node, string name) => new(ActorKind.Agent, node, name, false, ImmutableDictionary<Guid, GridRole>.Empty);

    /// <summary>The one gate. What is not said here is refused.</summary>
    /// <param name="grid">The grid that it happens in; null for the whole installation.</param>
    public bool May(Capability capability, Guid? grid) => this switch
    {
        { Kind: not ActorKind.User } or { Id: null } => false,
        { MasterAdministrator: true } => true,
        _ when grid is null || !Roles.TryGetValue(grid.Value, out _) => false,
        _ => capability switch
        {
            Capability.SeeGrid or Capability.ReadLogs => true,
            Capability.ChangeStacks or Capability.Deploy => Roles[grid.Value] is GridRole.User,
            _ => false,
        },
    };

    /// <summary>Null when allowed. A grid that the actor may not even see is "not found".</summary>
    public Problem? Refusal(Capability capability, Guid? grid, string gridName, string act) =>
        May(capability, grid) ? null
        : grid is not null && !May(Capability.SeeGrid, grid) ? Problem.NotFound("grid", gridName)
        : Problem.Forbidden(Name, act, grid is null ? null : gridName);
}
