namespace Kontena.Core.Stacks.Keys;

/// <summary>Which service another one takes over.</summary>
/// <param name="File">Null: the same file.</param>
/// <param name="Stack">A stack of the registry; only without <paramref name="File"/>.</param>
/// <param name="At">The key <c>extends</c>.</param>
internal sealed record ExtendsReference(string Service, string? File, string? Stack, Place At)
{
    public static object? Read(Place at, KeyValues keys) =>
        at.Node is Yaml.YamlScalar ? new ExtendsReference(at.Text, null, null, at)
        : keys.Text("service") is { } service ? new ExtendsReference(service, keys.Text("file"), keys.Text("stack"), at)
        : null;
}
