using System.ComponentModel.DataAnnotations;
using System.Text;
using Microsoft.Extensions.Options;

namespace Kontena.Web.Data;

internal sealed class DataOptions
{
    /// <summary>The folder for the database file, keys, logs and statistics; made when missing.</summary>
    [Required]
    public string Data { get; set; } = "data";

    /// <summary>Write a fresh join token for the agent on this machine to DATA/local-join-token at start.</summary>
    public bool LocalAgent { get; set; }
}

/// <summary>Where the master keeps files. Only its own user can read the folder.</summary>
internal sealed class DataFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public DataFolder(IOptions<DataOptions> options)
    {
        Path = System.IO.Path.GetFullPath(options.Value.Data);
        Directory.CreateDirectory(Path, OwnerOnly);
    }

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A folder below, made when missing.</summary>
    public DirectoryInfo Private(string name) => Directory.CreateDirectory(File(name), OwnerOnly);

    /// <summary>Writes a file that only the master's user can read, replacing an older one at once.</summary>
    public void WriteSecret(string name, string text)
    {
        var part = File(name + ".part");
        System.IO.File.Delete(part);
        using (var stream = new FileStream(part, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            stream.Write(Encoding.UTF8.GetBytes(text + "\n"));
            stream.Flush(flushToDisk: true);
        }
        System.IO.File.Move(part, File(name), overwrite: true);
    }

    public void Delete(string name) => System.IO.File.Delete(File(name));
}
