using System.Collections.Immutable;
using Kontena.Core.Stacks.Keys;

namespace Kontena.Core.Stacks;

/// <summary>The keys that a stack file may have, by the mapping in which they stand: the lists that the reader itself checks against.</summary>
public static class StackKeys
{
    /// <summary>At the top level of a file with the key <c>stack</c>.</summary>
    public static ImmutableArray<StackKey> File => TopLevelKeys.All;

    public static ImmutableArray<StackKey> Service => ServiceKeys.All;

    public static ImmutableArray<StackKey> Variable => VariableKeys.All;

    public static ImmutableArray<StackKey> Volume => VolumeKeys.All;
}
