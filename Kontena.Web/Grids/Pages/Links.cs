using System.Globalization;

namespace Kontena.Web.Grids.Pages;

/// <summary>The addresses of the pages of a grid, so that every name that is shown can lead to the thing it names.</summary>
public static class Links
{
    public static string Grid(string grid) => $"/grids/{Escaped(grid)}";

    public static string Stacks(string grid) => $"{Grid(grid)}/stacks";

    public static string NewStack(string grid) => $"{Stacks(grid)}/new";

    public static string Stack(string grid, string stack) => $"{Stacks(grid)}/{Escaped(stack)}";

    public static string EditStack(string grid, string stack) => $"{Stack(grid, stack)}/edit";

    public static string PlanStack(string grid, string stack) => $"{Stack(grid, stack)}/plan";

    public static string Services(string grid) => $"{Grid(grid)}/services";

    /// <param name="tab">A path segment: <c>instances</c>, <c>logs</c> …; null is the overview.</param>
    public static string Service(string grid, string stack, string service, string? tab = null) =>
        $"{Services(grid)}/{Escaped(stack)}/{Escaped(service)}{(tab is null ? "" : "/" + tab)}";

    public static string Nodes(string grid) => $"{Grid(grid)}/nodes";

    public static string Node(string grid, string node) => $"{Nodes(grid)}/{Escaped(node)}";

    public static string Volumes(string grid) => $"{Grid(grid)}/volumes";

    public static string Activity(string grid) => $"{Grid(grid)}/activity";

    public static string Deploy(string grid, int number) => string.Create(CultureInfo.InvariantCulture, $"{Grid(grid)}/deploys/{number}");

    /// <summary>Where the subject of an event leads; null when it is gone, or has no page.</summary>
    public static string? Subject(GridView view, string subject)
    {
        if (subject.StartsWith("deploy ", StringComparison.Ordinal) && int.TryParse(subject.AsSpan(7), CultureInfo.InvariantCulture, out var number))
        {
            return Deploy(view.Name, number);
        }
        if (subject.IndexOf('/', StringComparison.Ordinal) is var slash and > 0)
        {
            var (stack, name) = (subject[..slash], subject[(slash + 1)..]);
            if (view.Service(stack, name) is not null)
            {
                return Service(view.Name, stack, name);
            }
            var dash = name.LastIndexOf('-'); // an instance: web-2
            return dash > 0 && view.Service(stack, name[..dash]) is not null ? Service(view.Name, stack, name[..dash], "instances") : null;
        }
        return view.Node(subject) is not null ? Node(view.Name, subject)
            : view.Stack(subject) is not null ? Stack(view.Name, subject)
            : view.Volumes.Any(v => v.DockerName == subject) ? Volumes(view.Name)
            : null;
    }

    private static string Escaped(string name) => Uri.EscapeDataString(name);
}
