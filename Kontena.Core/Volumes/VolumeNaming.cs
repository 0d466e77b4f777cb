using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Kontena.Core.Services;

namespace Kontena.Core.Volumes;

/// <summary>Who shares a volume.</summary>
public static class VolumeScope
{
    /// <summary>Each instance has its own.</summary>
    public const string Instance = "instance";

    /// <summary>The services of one stack on one node.</summary>
    public const string Stack = "stack";

    /// <summary>Everything on one node.</summary>
    public const string Grid = "grid";
}

/// <summary>Names of volumes on the engine. They are what data is found by, so they never change.</summary>
/// <remarks>docs/volumes.md.</remarks>
public static class VolumeNaming
{
    /// <summary>The engine's name of a named volume.</summary>
    /// <param name="scope">One of <see cref="VolumeScope"/>.</param>
    /// <param name="number">The instance that mounts it; matters for scope <c>instance</c> only.</param>
    public static string DockerName(string scope, string stack, string service, string volume, int number) => scope switch
    {
        VolumeScope.Instance => string.Create(CultureInfo.InvariantCulture, $"{StackName.Prefix(stack)}{service}.{volume}-{number}"),
        VolumeScope.Stack => $"{stack}.{volume}",
        VolumeScope.Grid => volume,
        _ => throw new ArgumentOutOfRangeException(nameof(scope), scope, "A volume's scope is instance, stack or grid."),
    };

    /// <summary>The engine's name of the volume behind a path of a stateful instance: <c>[STACK.]SERVICE..HASH-N</c>.</summary>
    /// <param name="path">In the container, as written; <c>/data/</c> and <c>/data</c> are the same volume.</param>
    public static string DockerNameOfPath(string stack, string service, string path, int number) => string.Create(
        CultureInfo.InvariantCulture, $"{StackName.Prefix(stack)}{service}..{PathHash(path)}-{number}"); // no volume has an empty name

    /// <summary>The first eight hexadecimal digits of the SHA-256 of the cleaned path.</summary>
    public static string PathHash(string path) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CleanPath(path))).AsSpan(0, 4));

    /// <summary>An absolute path without <c>.</c>, <c>..</c>, doubled and trailing slashes. It never leaves the root.</summary>
    public static string CleanPath(string path)
    {
        var kept = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part is "..")
            {
                kept.RemoveRange(Math.Max(0, kept.Count - 1), Math.Min(1, kept.Count));
            }
            else if (part is not ("" or "."))
            {
                kept.Add(part);
            }
        }
        return "/" + string.Join('/', kept);
    }
}
