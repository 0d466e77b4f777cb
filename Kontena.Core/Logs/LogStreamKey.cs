using Kontena.Core.Streams;

namespace Kontena.Core.Logs;

/// <summary>One container's log. An instance has one after another, one for each container it ever had.</summary>
/// <param name="ContainerId">The engine's id, 64 lower-case hexadecimal digits.</param>
public readonly record struct LogStreamKey(Guid InstanceId, string ContainerId)
{
    public const int Size = 16 + 32;

    public static bool IsContainerId(string? id) => id is { Length: 64 } && id.All(char.IsAsciiHexDigitLower);

    public void Write(WireWriter writer)
    {
        writer.Guid(InstanceId);
        writer.Bytes(Convert.FromHexString(ContainerId));
    }

    public static LogStreamKey Read(ref WireReader reader)
    {
        var instance = reader.Guid();
        return new(instance, Convert.ToHexStringLower(reader.Bytes(32)));
    }

    public override string ToString() => $"{InstanceId}/{(ContainerId is { Length: > 12 } ? ContainerId[..12] : ContainerId)}";
}
