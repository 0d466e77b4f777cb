using System.Collections.Immutable;

namespace Kontena.Core.Services;

/// <summary>Keeps the uninitialised array, which throws on use, out of records.</summary>
public static class ImmutableArrays
{
    /// <summary>
    /// The generated JSON reader gives an init-only member that is absent in the text its type's default, not the default
    /// of the record: an older or hostile sender could hand over arrays that throw on first use.
    /// </summary>
    public static ImmutableArray<T> OrEmpty<T>(this ImmutableArray<T> array) => array.IsDefault ? [] : array;
}
