using System.Collections.Immutable;

namespace Kontena.Core.Stacks;

/// <summary>Everything a reading may see. Nothing else is read: no disk, no process environment, no network.</summary>
public sealed record StackSource
{
    /// <summary>Name of the file to read; a key of <see cref="Files"/>.</summary>
    public required string Main { get; init; }

    /// <summary>File name (relative, with <c>/</c>) to text: the stack file and what it extends or includes.</summary>
    public required ImmutableDictionary<string, string> Files { get; init; }

    /// <summary>How to read <see cref="Main"/>; null: by its keys.</summary>
    public StackFormat? Format { get; init; }

    /// <summary>Name under which the stack is installed; null means the one in the file.</summary>
    public string? StackName { get; init; }

    public required string Grid { get; init; }

    /// <summary>The value of <c>PLATFORM</c>; null: the grid.</summary>
    public string? Platform { get; init; }

    /// <summary>The installed name of the stack above this one; null: there is none.</summary>
    public string? ParentName { get; init; }

    /// <summary>Given values of variables, by name; for application and compose files those of <c>$NAME</c>.</summary>
    public ImmutableDictionary<string, string> Values { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Previous answers, by name: they replace the defaults of variables.</summary>
    public ImmutableDictionary<string, string> Defaults { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>An environment that was handed in together with the files, by name. Never that of the master.</summary>
    public ImmutableDictionary<string, string> Environment { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>
    /// Answers that many bytes from a cryptographic generator, for variables that are random; null: they must be given. Two
    /// readings differ then, so only the first reading of an installation has it: its values are kept and given from then on.
    /// </summary>
    public Func<int, byte[]>? Random { get; init; }
}

/// <summary>The outcome of reading a stack file.</summary>
/// <param name="Spec">Null when there is at least one error.</param>
/// <param name="Findings">Errors and warnings in the order of files and lines.</param>
/// <param name="MissingFiles">Names that <c>extends</c> or <c>env_file</c> ask for and that were not handed in.</param>
/// <param name="Variables">The declared variables in order, for a form.</param>
public sealed record StackReading(
    StackSpec? Spec, ImmutableArray<StackFinding> Findings, ImmutableArray<string> MissingFiles, ImmutableArray<StackVariable> Variables)
{
    public bool HasErrors => Spec is null;
}

/// <summary>A declared variable with the value it got.</summary>
/// <param name="Type"><c>string</c>, <c>integer</c>, <c>boolean</c>, <c>enum</c>, <c>uri</c> or <c>array</c>.</param>
/// <param name="Options">Allowed values of an enum; empty for other types.</param>
/// <param name="Value">As text; null when it has none.</param>
/// <param name="Line">Where it is declared, from 1.</param>
public sealed record StackVariable(
    string Name, string Type, string Label, string? Description, bool Required, ImmutableArray<string> Options, string? Value, int Line);
