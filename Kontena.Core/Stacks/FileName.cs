namespace Kontena.Core.Stacks;

/// <summary>Names of handed-in files: relative, with slashes.</summary>
internal static class FileName
{
    /// <summary>The name that a file means when it stands in another one.</summary>
    /// <returns>Null for absolute names, addresses, and names that lead out of the folder that was handed in.</returns>
    public static string? Resolve(string written, string from)
    {
        if (written.Length is 0 or > 1_024 || written[0] is '/' or '\\' or '~' || written.Contains("://", StringComparison.Ordinal) ||
            (written.Length > 1 && written[1] == ':') || written.Any(char.IsControl))
        {
            return null;
        }
        var parts = new List<string>(Folder(from).Split('/', StringSplitOptions.RemoveEmptyEntries));
        foreach (var part in written.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                if (parts.Count == 0)
                {
                    return null;
                }
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }
        return parts.Count == 0 ? null : string.Join('/', parts);
    }

    public static string Base(string file) => file[(file.LastIndexOf('/') + 1)..];

    private static string Folder(string file) => file.LastIndexOf('/') is > 0 and var slash ? file[..slash] : "";
}
