namespace Kontena.TestKit.Engines;

/// <summary>An image that tests build themselves, under the name that stack files use.</summary>
/// <param name="Reference">Name and tag.</param>
/// <param name="Folder">Of its Dockerfile, below the repository's root.</param>
public sealed record TestImage(string Reference, params string[] Folder)
{
    public static readonly TestImage Redis = new("redis:7", "tests", "Kontena.TestKit", "Engines", "Recipes", "redis");
    public static readonly TestImage MariaDb = new("mariadb:10.11", "tests", "Kontena.TestKit", "Engines", "Recipes", "mariadb");
    public static readonly TestImage Hello = new("kontena-samples/hello:1", "samples", "hello", "web");
    public static readonly TestImage Counter = new("kontena-samples/counter:1", "samples", "counter", "web");
    public static readonly TestImage Shop = new("kontena-samples/shop:1", "samples", "shop", "web");
    public static readonly TestImage Notes = new("kontena-samples/notes:1", "samples", "notes", "web");

    /// <exception cref="ArgumentException">No such image is built here.</exception>
    public static TestImage Named(string reference) =>
        new[] { Redis, MariaDb, Hello, Counter, Shop, Notes }.SingleOrDefault(image => image.Reference == reference)
        ?? throw new ArgumentException($"Tests build no image '{reference}'.", nameof(reference));

    public string Path => RepositoryRoot.At(Folder);
}
