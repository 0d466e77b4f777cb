using System.Collections.Immutable;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks;

/// <summary>Collects what is wrong while a file is read.</summary>
internal sealed class Findings
{
    private readonly List<StackFinding> _all = [];
    private readonly HashSet<(string Kind, string File, int Line, int Column, string Path)> _seen = [];
    private readonly List<string> _files = [];

    public bool HasErrors { get; private set; }

    /// <summary>More would not be shown, so looking for more is a waste.</summary>
    public bool IsFull => _all.Count >= TextLimits.Findings * 2;

    /// <summary>Whether a variable has no right value, so that what refers to it looks wrong too.</summary>
    public bool HasBadVariables => _all.Exists(f => f is { Severity: FindingSeverity.Error, Path: ["variables", ..] });

    /// <summary>Tells the order in which files were opened: findings come out in it.</summary>
    public void Opened(string file)
    {
        if (!_files.Contains(file))
        {
            _files.Add(file);
        }
    }

    public void Error(string kind, SourceSpan at, ImmutableArray<string> path, string message, string? subject = null) =>
        Add(FindingSeverity.Error, kind, at, path, message, subject);

    public void Warning(string kind, SourceSpan at, ImmutableArray<string> path, string message, string? subject = null) =>
        Add(FindingSeverity.Warning, kind, at, path, message, subject);

    /// <summary>In the order of files and lines. When there are too many, errors are kept before warnings.</summary>
    public ImmutableArray<StackFinding> InOrder() =>
    [
        .. _all.OrderBy(f => f.Severity).Take(TextLimits.Findings).OrderBy(f => _files.IndexOf(f.File)).ThenBy(f => f.Line).ThenBy(f => f.Column),
    ];

    private void Add(FindingSeverity severity, string kind, SourceSpan at, ImmutableArray<string> path, string message, string? subject)
    {
        HasErrors |= severity == FindingSeverity.Error;
        // A file that is reached on two ways, or an aliased node, says everything once.
        if ((!IsFull || (severity == FindingSeverity.Error && !_all.Exists(f => f.Severity == FindingSeverity.Error))) && _seen.Add((kind, at.File, at.Line, at.Column, string.Join('\n', path))))
        {
            _all.Add(new StackFinding(severity, kind, at.File, path, at.Line, at.Column, at.Line == 0 ? 0 : Math.Max(1, at.Length), message, subject));
        }
    }
}
