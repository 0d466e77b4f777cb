namespace Kontena.Core.Stacks.Yaml;

/// <summary>How much of a file is read at most. A stack file is hostile until proven otherwise.</summary>
internal static class TextLimits
{
    public const int FileBytes = 1024 * 1024;

    public const int Depth = 64;

    /// <summary>After aliases are expanded.</summary>
    public const int Nodes = 10_000;

    public const int ScalarBytes = 256 * 1024;

    public const int Findings = 200;
}
