using System.Collections.Immutable;

namespace Kontena.Core.Stacks;

public enum FindingSeverity
{
    Error,

    /// <summary>The file can be deployed; something in it is ignored or unusual.</summary>
    Warning,
}

/// <summary>One thing that is wrong with a stack file, and where.</summary>
/// <param name="Kind">Stable code, snake case: <c>unknown_key</c>, <c>type</c>, <c>yaml_syntax</c> …</param>
/// <param name="File">Name of the file as handed in.</param>
/// <param name="Path">Mapping keys and list indexes from the root, indexes in decimal; empty for the whole file.</param>
/// <param name="Line">From 1; 0 when it concerns the whole file.</param>
/// <param name="Column">From 1, in UTF-16 units; 0 when it concerns the whole file.</param>
/// <param name="Length">UTF-16 units on that line to mark; at least 1 when <paramref name="Line"/> is not 0.</param>
/// <param name="Message">What is wrong and the remedy, in one or two sentences.</param>
/// <param name="Subject">The offending variable, filter or file, where there is one.</param>
public sealed record StackFinding(
    FindingSeverity Severity, string Kind, string File, ImmutableArray<string> Path,
    int Line, int Column, int Length, string Message, string? Subject = null)
{
    public override string ToString() => Line == 0 ? $"{File}: {Message}" : $"{File}:{Line}:{Column}: {Message}";
}
