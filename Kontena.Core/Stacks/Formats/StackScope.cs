using System.Collections.Immutable;

namespace Kontena.Core.Stacks.Formats;

/// <summary>What a stack file sees from outside itself.</summary>
/// <param name="StackName">The installed name: the value of <c>STACK</c>.</param>
/// <param name="Outer">Variables of the file that extends this one.</param>
/// <param name="IsMain">Whether it is the file that is installed; others need neither a name nor images, and get no given values.</param>
internal sealed record StackScope(string StackName, ImmutableDictionary<string, object?> Outer, bool IsMain);
