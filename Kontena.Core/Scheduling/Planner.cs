namespace Kontena.Core.Scheduling;

/// <summary>Decides where the instances of a service run. Pure: the same snapshot gives the same plan, in any order of its lists.</summary>
/// <remarks>docs/scheduling.md.</remarks>
public static class Planner
{
    /// <param name="grid">Contains the service.</param>
    /// <param name="serviceId">The service to plan.</param>
    public static ServicePlan Plan(GridSnapshot grid, Guid serviceId) => throw new NotSupportedException();
}
