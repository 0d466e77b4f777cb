using System.Collections.Immutable;
using Kontena.Core.Stacks;
using Kontena.TestKit.Engines;

namespace Kontena.TestKit.Samples;

/// <summary>One of the stacks in samples/, as a user would upload it.</summary>
/// <param name="Name">Its folder.</param>
/// <param name="Images">What its services need on the engine.</param>
public sealed record Sample(string Name, params TestImage[] Images)
{
    public const string Main = "kontena.yml";

    public static readonly Sample Hello = new("hello", TestImage.Hello);
    public static readonly Sample Counter = new("counter", TestImage.Counter, TestImage.Redis);
    public static readonly Sample Shop = new("shop", TestImage.Shop, TestImage.MariaDb);
    public static readonly Sample Notes = new("notes", TestImage.Notes);

    public static IReadOnlyList<Sample> All { get; } = [Hello, Counter, Shop, Notes];

    /// <summary>The YAML files by name.</summary>
    public ImmutableSortedDictionary<string, string> Files => Directory.EnumerateFiles(RepositoryRoot.At("samples", Name), "*.yml")
        .ToImmutableSortedDictionary(file => Path.GetFileName(file), File.ReadAllText, StringComparer.Ordinal);

    /// <summary>The files with every published port replaced by a free one, so that tests disturb nobody.</summary>
    /// <param name="port">The host port that the sample names.</param>
    /// <param name="free">The one to publish instead.</param>
    public ImmutableSortedDictionary<string, string> FilesOn(int port, int free) =>
        Files.ToImmutableSortedDictionary(
            file => file.Key,
            file => file.Value.Replace($"{port}:", $"{free}:", StringComparison.Ordinal)
                .Replace($"default: {port}", $"default: {free}", StringComparison.Ordinal));

    public StackReading Read() => StackReader.Read(new StackSource
    {
        Main = Main,
        Files = Files.ToImmutableDictionary(),
        StackName = Name,
        Grid = "default",
    });

    public override string ToString() => Name;
}
