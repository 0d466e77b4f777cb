using Kontena.Core.Problems;
using Kontena.Core.Services;

namespace Kontena.Core.Nodes;

/// <summary>Grammar of a node's name: a host name in lower case, <c>[a-z0-9]([a-z0-9.-]*[a-z0-9])?</c>.</summary>
public static class NodeName
{
    public const int MaxLength = 63;

    public static bool IsValid(string? name) =>
        NameGrammar.Has(name, MaxLength)
        && IsInner(name![0]) && IsInner(name[^1])
        && name.All(c => IsInner(c) || c is '.' or '-');

    /// <returns>Null when the name is good.</returns>
    public static Problem? Check(string? name) => IsValid(name) ? null : Problem.Invalid("node_name",
        string.IsNullOrEmpty(name)
            ? "A node needs a name, for example 'fsn-1'."
            : $"'{NameGrammar.Shown(name)}' cannot be the name of a node: use lower case letters, digits, '.' and '-', at most "
              + $"{MaxLength} characters, starting and ending with a letter or digit, for example 'fsn-1'.");

    /// <summary>The nearest valid name to a host's own; null when nothing of it can be kept.</summary>
    public static string? From(string hostName)
    {
        var kept = new string([.. hostName.ToLowerInvariant().Take(MaxLength).Select(c => IsInner(c) || c is '.' ? c : '-')]).Trim('-', '.');
        return kept.Length == 0 ? null : kept;
    }

    private static bool IsInner(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
}
