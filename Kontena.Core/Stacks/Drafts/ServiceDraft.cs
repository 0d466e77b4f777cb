using System.Collections.Immutable;
using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Drafts;

/// <summary>A service with the keys that its file gives it, normalised and checked, before defaults are filled in.</summary>
/// <param name="At">Its name in the file.</param>
/// <param name="Path">Of the service in its file.</param>
internal sealed record ServiceDraft(string Name, SourceSpan At, ImmutableArray<string> Path, KeyValues Values)
{
    public ExtendsReference? Extends => Values.Reference<ExtendsReference>("extends");

    public ImmutableArray<T> List<T>(string key) => Values.Value<ImmutableArray<T>>(key) ?? [];
}
