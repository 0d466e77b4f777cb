using System.Collections.Immutable;

namespace Kontena.Core.Services;

/// <summary>What a stack file would say under one key.</summary>
/// <param name="Field">The key: <c>image</c>, <c>environment</c>, <c>deploy.min_health</c>.</param>
/// <param name="Values">One for a plain field, several for a list; those that look secret are masked.</param>
public sealed record SpecLine(string Field, ImmutableArray<string> Values);

/// <summary>Writes a spec out for people: the effective values, key by key.</summary>
public static class SpecLines
{
    /// <returns>Only what the file would mention, in the order in which people read it.</returns>
    public static ImmutableArray<SpecLine> Of(ServiceSpec spec) =>
        [.. SpecFields.Of(spec).Where(field => !field.Entries.IsEmpty)
            .Select(field => new SpecLine(field.Field, [.. field.Entries.Select(e => e.Secret ? $"{e.Key}=••••" : e.Text)]))];
}
