using Kontena.Core.Problems;
using Kontena.Core.Services;

namespace Kontena.Core.Grids;

/// <summary>Grammar of a grid's name: a host name label, because it stands in every instance's host name.</summary>
public static class GridName
{
    public const int MinLength = 3;

    public const int MaxLength = 24;

    public static bool IsValid(string? name) =>
        NameGrammar.IsPlain(name, MaxLength) && name!.Length >= MinLength && name[^1] != '-';

    /// <returns>Null when the name is good.</returns>
    public static Problem? Check(string? name) => IsValid(name) ? null : Problem.Invalid("grid_name",
        string.IsNullOrEmpty(name)
            ? "A grid needs a name, for example 'prod-eu'."
            : $"'{NameGrammar.Shown(name)}' cannot be the name of a grid: use lower case letters, digits and '-', "
              + $"{MinLength} to {MaxLength} characters, not starting or ending with '-', for example 'prod-eu'.");
}
