namespace Kontena.Web.Identity;

/// <summary>Where to go after signing in: only ever a page of ours.</summary>
internal static class LocalAddress
{
    /// <returns>The address when it is a path of this site; else the start page.</returns>
    public static string Of(string? address) =>
        address is ['/', ..] && address is not ['/', '/' or '\\', ..] && !address.Any(char.IsControl) && !address.Contains('\\', StringComparison.Ordinal)
            ? address : "/";
}
