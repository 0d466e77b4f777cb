namespace Kontena.Core.Stacks.Compose;

/// <summary>What the services of a Compose file are read with.</summary>
/// <param name="StackName">The installed name.</param>
/// <param name="LookUp">The value of a variable; null when it is not set.</param>
/// <param name="Secrets">Declared secrets: key to the name in the vault.</param>
/// <param name="Volumes">The keys of the section <c>volumes</c>; null when there is none.</param>
internal sealed record ComposeScope(
    ReadingContext Context, string StackName, Func<string, string?> LookUp, IReadOnlyDictionary<string, string> Secrets, IReadOnlySet<string>? Volumes);

/// <summary>Marks a <c>build</c> that Compose would run and Kontena does not.</summary>
/// <param name="Image">What its image would be called without an <c>image</c> beside it.</param>
internal sealed record ComposeBuild(string Image);
