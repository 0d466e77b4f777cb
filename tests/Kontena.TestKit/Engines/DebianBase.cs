using Docker.DotNet;
using Docker.DotNet.Models;
using Kontena.TestKit.Processes;

namespace Kontena.TestKit.Engines;

/// <summary>Makes <c>debian:bookworm-slim</c> out of the distribution's packages, for machines that reach no image registry.</summary>
internal static class DebianBase
{
    public const string Reference = "debian:bookworm-slim";
    private const string Suite = "bookworm";

    /// <summary>Raise it when what <see cref="Archive"/> holds changes.</summary>
    private const string Content = "debian-1";

    /// <summary>Survives the engine of one run, so that the next run does not download the distribution again.</summary>
    private static string Archive => RepositoryRoot.At("artifacts", "test-images", $"{Content}.tar");

    public static async Task EnsureAsync(IDockerClient client, CancellationToken cancel)
    {
        if (await ImageBuilder.ExistsAsync(client, Reference, cancel))
        {
            return;
        }
        if (!File.Exists(Archive))
        {
            if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/sbin/debootstrap"))
            {
                await PullAsync(client, cancel);
                return;
            }
            await MakeArchiveAsync(cancel);
        }
        await using var archive = File.OpenRead(Archive);
        await client.Images.CreateImageAsync(
            new ImagesCreateParameters
            {
                FromSrc = "-",
                Repo = "debian",
                Tag = "bookworm-slim",
                Changes = [$"LABEL {ImageBuilder.Label}={Content}", "CMD [\"bash\"]"],
            },
            archive, null, Failures.Throw, cancel);
    }

    private static Task PullAsync(IDockerClient client, CancellationToken cancel) => client.Images.CreateImageAsync(
        new ImagesCreateParameters { FromImage = "debian", Tag = "bookworm-slim" }, null, Failures.Throw, cancel);

    private static async Task MakeArchiveAsync(CancellationToken cancel)
    {
        using var folder = new TemporaryFolder("debian");
        var root = folder.At("root");
        await ChildProcess.RunAsync("/usr/sbin/debootstrap", ["--variant=minbase", Suite, root], folder.Path, cancel);
        Directory.CreateDirectory(Path.GetDirectoryName(Archive)!);
        var unfinished = folder.At("debian.tar");
        await ChildProcess.RunAsync(
            "tar",
            ["-C", root, "--exclude=./var/cache/apt/archives/*.deb", "--exclude=./var/lib/apt/lists/*",
                "--exclude=./usr/share/doc/*", "--exclude=./usr/share/locale/*", "-cf", unfinished, "."],
            folder.Path, cancel);
        File.Move(unfinished, Archive, overwrite: true); // only a whole archive ever has the name
    }
}
