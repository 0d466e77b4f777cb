using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Kontena.Agent.Nodes;

/// <summary>Keeps <see cref="NodeIdentity"/> in the data folder.</summary>
internal sealed class IdentityStore(AgentOptions options)
{
    private string Path => System.IO.Path.Combine(options.DataFolder, "node.json");

    /// <returns>Null before the first enrolment.</returns>
    /// <exception cref="InvalidDataException">The file is there but cannot be read.</exception>
    public NodeIdentity? Load()
    {
        if (PrivateFile.Read(Path) is not { } bytes)
        {
            return null;
        }
        try
        {
            return JsonSerializer.Deserialize(bytes, AgentJson.Default.NodeIdentity) ?? throw new InvalidDataException(Broken("it is empty"));
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(Broken(e.Message), e);
        }
    }

    public void Save(NodeIdentity identity)
    {
        PrivateFile.CreateFolder(options.DataFolder);
        PrivateFile.Write(Path, JsonSerializer.SerializeToUtf8Bytes(identity, AgentJson.Default.NodeIdentity));
    }

    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private string Broken(string why) =>
        $"{Path} is damaged ({why}). Restore it from a backup, or remove it and start the agent with a new join token.";
}
