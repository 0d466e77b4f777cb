namespace Kontena.Web.Shell;

/// <summary>Where in the product an address is.</summary>
/// <param name="Grid">Null outside of grids.</param>
/// <param name="Section">"", "stacks", "services", "nodes", "volumes", "activity"; deploys belong to activity.</param>
internal sealed record ShellPlace(string? Grid, string Section)
{
    /// <param name="path">Path and query below the base address.</param>
    public static ShellPlace Of(string path)
    {
        var words = path.Split('?', '#')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2 || words[0] != "grids")
        {
            return new(null, "");
        }
        var section = words.Length > 2 ? words[2] : "";
        return new(Uri.UnescapeDataString(words[1]), section is "deploys" ? "activity" : section);
    }

    /// <summary>The address of a section of this place's grid.</summary>
    public string Href(string section) => Grid is null ? "/"
        : $"/grids/{Uri.EscapeDataString(Grid)}{(section.Length == 0 ? "" : "/" + section)}";
}
