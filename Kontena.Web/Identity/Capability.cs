namespace Kontena.Web.Identity;

/// <summary>What somebody may do. Every use case, hub method and page names one; the table is <see cref="Actor.May"/>.</summary>
internal enum Capability
{
    /// <summary>See nodes, stacks, services, instances, volumes, deploys and events of a grid.</summary>
    SeeGrid,

    /// <summary>Read, follow, search and download logs of a grid.</summary>
    ReadLogs,

    /// <summary>Create, change and remove stacks and services.</summary>
    ChangeStacks,

    /// <summary>Deploy, scale, start, stop, restart, cancel.</summary>
    Deploy,

    /// <summary>Make and revoke join tokens, remove nodes.</summary>
    ManageNodes,

    /// <summary>Create and remove grids.</summary>
    ManageGrids,

    /// <summary>Make users and give roles.</summary>
    ManageUsers,
}
