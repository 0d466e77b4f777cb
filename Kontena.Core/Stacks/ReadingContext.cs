using System.Collections.Immutable;
using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks;

/// <summary>One reading: the files that were handed in, what is missing, what is wrong.</summary>
internal sealed class ReadingContext(StackSource source, StackFeatures features)
{
    private const int MostFiles = 50;

    private readonly Dictionary<string, RawDocument?> _documents = new(StringComparer.Ordinal);
    private readonly List<string> _missing = [];

    public StackSource Source { get; } = source;

    public StackFeatures Features { get; } = features;

    public Findings Findings { get; } = new();

    public SubstitutionBudget Budget { get; } = new();

    /// <summary>Volumes that extended Compose files declare.</summary>
    public ImmutableArray<StackVolume> BorrowedVolumes { get; private set; } = [];

    public ImmutableArray<string> MissingFiles => [.. _missing.Distinct(StringComparer.Ordinal)];

    /// <summary>A value that was handed in for a name; null when there is none.</summary>
    public string? Given(string name) => Source.Values.TryGetValue(name, out var value) || Source.Environment.TryGetValue(name, out value) ? value : null;

    public void Borrow(ImmutableArray<StackVolume> volumes) => BorrowedVolumes = BorrowedVolumes.AddRange(volumes);

    /// <summary>Parses a file once; what is wrong with it is said once.</summary>
    /// <returns>Null when it cannot be parsed.</returns>
    public RawDocument? Open(string file)
    {
        if (!_documents.TryGetValue(file, out var document))
        {
            Findings.Opened(file);
            document = RawDocument.Parse(file, Source.Files[file], Findings);
            _documents[file] = document;
        }
        return document;
    }

    /// <summary>Finds a file that another one names; otherwise says so at that place.</summary>
    /// <param name="written">As the file names it, relative to the folder of <paramref name="from"/>.</param>
    /// <returns>Its name among the handed-in files; null when it is not there.</returns>
    public string? Find(string written, string from, Place at, string kind)
    {
        if (FileName.Resolve(written, from) is not { } name)
        {
            at.Error(kind, $"'{Shown.Short(written)}' cannot be read here: the master reads no files of its own and no addresses. Put the file beside this one and upload both.");
            return null;
        }
        if (Source.Files.ContainsKey(name) && _documents.Count < MostFiles)
        {
            return name;
        }
        Findings.Error(kind, at.Span, at.Path, $"The file '{Shown.Short(name)}' is missing. Upload it together with this one, or correct the name.", name);
        _missing.Add(name);
        return null;
    }

    /// <summary>Whether the file was handed in; says nothing when it was not.</summary>
    public string? FindQuietly(string written, string from) =>
        FileName.Resolve(written, from) is { } name && Source.Files.ContainsKey(name) ? name : null;
}
