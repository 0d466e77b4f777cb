namespace Kontena.Core.Stacks.Yaml;

/// <summary>A place in a file that a finding can mark.</summary>
/// <param name="Line">From 1; 0 for the whole file.</param>
/// <param name="Column">From 1, in UTF-16 units.</param>
/// <param name="Length">UTF-16 units on that line.</param>
internal readonly record struct SourceSpan(string File, int Line, int Column, int Length)
{
    public static SourceSpan WholeFile(string file) => new(file, 0, 0, 0);
}
