using System.Formats.Tar;
using Docker.DotNet;
using Docker.DotNet.Models;
using Kontena.TestKit.Processes;

namespace Kontena.TestKit.Engines;

/// <summary>A tiny image made of this machine's <c>/bin/busybox</c> (package busybox-static), without any registry.</summary>
public static class BusyboxImage
{
    public const string Reference = "kontena-test/busybox:1";

    /// <summary>The same with a declared volume at <see cref="VolumePath"/>.</summary>
    public const string WithVolume = "kontena-test/busybox:volume";

    public const string VolumePath = "/var/lib/data";

    private const string Busybox = "/bin/busybox";

    /// <summary>Makes the image under a name of the test's own.</summary>
    /// <param name="changes">Lines of a Dockerfile: <c>VOLUME /data</c>, <c>LABEL x=y</c> …</param>
    public static async Task MakeAsync(IDockerClient client, string reference, CancellationToken cancel, params string[] changes)
    {
        if (!File.Exists(Busybox))
        {
            throw new InvalidOperationException($"{Busybox} is missing; on Debian or Ubuntu: apt-get install busybox-static");
        }
        var applets = await ChildProcess.RunAsync(Busybox, ["--list"], "/", cancel);
        using var layer = new MemoryStream();
        await WriteAsync(layer, applets.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), cancel);
        layer.Position = 0;
        var (repository, tag) = reference.Split(':') is [var r, var t] ? (r, t) : (reference, "latest");
        await client.Images.CreateImageAsync(
            new ImagesCreateParameters { FromSrc = "-", Repo = repository, Tag = tag, Changes = [$"LABEL {ImageBuilder.Label}=busybox", .. changes] },
            layer, null, Failures.Throw, cancel);
    }

    /// <summary>Makes <see cref="Reference"/> and <see cref="WithVolume"/> where they do not exist yet.</summary>
    public static async Task EnsureAsync(IDockerClient client, CancellationToken cancel)
    {
        if (!await ImageBuilder.ExistsAsync(client, Reference, cancel))
        {
            await MakeAsync(client, Reference, cancel);
        }
        if (!await ImageBuilder.ExistsAsync(client, WithVolume, cancel))
        {
            await MakeAsync(client, WithVolume, cancel, $"VOLUME {VolumePath}");
        }
    }

    private static async Task WriteAsync(Stream layer, string[] applets, CancellationToken cancel)
    {
        await using var tar = new TarWriter(layer, leaveOpen: true);
        foreach (var folder in new[] { "bin", "etc", "tmp", "var", "root" })
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, folder) { Mode = (UnixFileMode)0x1ED }, cancel); // rwxr-xr-x
        }
        await tar.WriteEntryAsync(Busybox, "bin/busybox", cancel);
        foreach (var applet in applets.Where(a => a is not "busybox"))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, $"bin/{applet}") { LinkName = "busybox" }, cancel);
        }
        await tar.WriteEntryAsync(
            new PaxTarEntry(TarEntryType.RegularFile, "etc/passwd") { DataStream = new MemoryStream("root:x:0:0:root:/root:/bin/sh\n"u8.ToArray()) }, cancel);
    }
}
