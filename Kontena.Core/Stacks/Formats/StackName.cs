using System.Text.RegularExpressions;

namespace Kontena.Core.Stacks.Formats;

/// <summary>The parts of <c>[user/]name[:version]</c>.</summary>
/// <param name="Name">Without user and version.</param>
internal sealed partial record StackName(string Name, string? Version)
{
    public static StackName Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var rest = text[(slash + 1)..];
        var colon = rest.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? new StackName(rest, null) : new StackName(rest[..colon], rest[(colon + 1)..]);
    }

    /// <summary>Whether a name of a stack or service has the form that it should have.</summary>
    public static bool IsPlain(string name) => Plain().IsMatch(name);

    /// <summary>The nearest plain name: small letters, dashes for what is not allowed.</summary>
    public static string Simplify(string text) => NotPlain().Replace(text.ToLowerInvariant(), "-").TrimStart('-');

    [GeneratedRegex("^(?!-)[a-z0-9-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();

    [GeneratedRegex("[^a-z0-9-]", RegexOptions.CultureInvariant)]
    private static partial Regex NotPlain();
}
