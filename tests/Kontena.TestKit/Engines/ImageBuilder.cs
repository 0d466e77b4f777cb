using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Kontena.TestKit.Engines;

/// <summary>Builds the images of tests: once for the content of their folder, and never over an image that somebody else made.</summary>
internal static class ImageBuilder
{
    /// <summary>The content from which an image was built. An image of the same name without it came from a registry and is used as it is.</summary>
    public const string Label = "io.kontena.test.image";

    public static async Task EnsureAsync(IDockerClient client, TestImage image, CancellationToken cancel)
    {
        var content = ContentOf(image.Path);
        if (await LabelsAsync(client, image.Reference, cancel) is { } labels
            && (!labels.TryGetValue(Label, out var built) || built == content))
        {
            return;
        }
        await DebianBase.EnsureAsync(client, cancel);
        using var context = new MemoryStream();
        await TarFile.CreateFromDirectoryAsync(image.Path, context, includeBaseDirectory: false, cancel);
        context.Position = 0;
        await client.Images.BuildImageFromDockerfileAsync(
            new ImageBuildParameters
            {
                Tags = [image.Reference],
                Labels = new Dictionary<string, string> { [Label] = content },
                BuildArgs = ProxySettings(),
                Remove = true,
                ForceRemove = true,
            },
            context, [], new Dictionary<string, string>(), new Failures(), cancel);
        if (!await ExistsAsync(client, image.Reference, cancel))
        {
            throw new InvalidOperationException($"The build of {image.Reference} ended without an image.");
        }
    }

    public static async Task<bool> ExistsAsync(IDockerClient client, string reference, CancellationToken cancel) =>
        await LabelsAsync(client, reference, cancel) is not null;

    /// <returns>Null when there is no such image.</returns>
    private static async Task<IDictionary<string, string>?> LabelsAsync(
        IDockerClient client, string reference, CancellationToken cancel)
    {
        try
        {
            return (await client.Images.InspectImageAsync(reference, cancel)).Config?.Labels ?? new Dictionary<string, string>();
        }
        catch (DockerImageNotFoundException)
        {
            return null;
        }
    }

    private static string ContentOf(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(folder, file)));
            hash.AppendData(File.ReadAllBytes(file));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private static Dictionary<string, string> ProxySettings() =>
        new[] { "http_proxy", "https_proxy", "no_proxy" }
            .Select(name => (Name: name, Value: Environment.GetEnvironmentVariable(name)))
            .Where(setting => !string.IsNullOrEmpty(setting.Value))
            .ToDictionary(setting => setting.Name, setting => setting.Value!);
}
