using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Kontena.Agent.Nodes;
using Kontena.Core.Protocol;
using Microsoft.Extensions.Logging;

namespace Kontena.Agent.Services;

/// <summary>Keeps <see cref="LocalState"/> on disk, encrypted with a key beside it, so that a start needs no master.</summary>
/// <remarks>
/// The list holds the values of secrets. Encryption with a key in the same folder does not stop someone who can read the
/// folder; it keeps the values out of backups of the state file alone and out of a search over the disk.
/// </remarks>
internal sealed partial class StateStore(AgentOptions options, ILogger<StateStore> logger)
{
    private const byte Format = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, InstanceMemory> _memories = [];
    private DesiredSet? _set;
    private bool _dirty;

    private string StatePath => Path.Combine(options.DataFolder, "desired.bin");

    private string KeyPath => Path.Combine(options.DataFolder, "desired.key");

    /// <summary>Reads what an earlier run left. A damaged file is reported and counts as none: the master knows everything.</summary>
    public LocalState Load()
    {
        lock (_gate)
        {
            try
            {
                if (PrivateFile.Read(StatePath) is { } sealedBytes && PrivateFile.Read(KeyPath) is { } key)
                {
                    var state = JsonSerializer.Deserialize(Open(sealedBytes, key), AgentJson.Default.LocalState);
                    _set = state?.Set;
                    foreach (var memory in state is null ? [] : state.Instances)
                    {
                        _memories[memory.InstanceId] = memory;
                    }
                }
            }
            catch (Exception e) when (e is JsonException or CryptographicException or InvalidDataException)
            {
                StateDamaged(StatePath, e.Message);
            }
            return new(_set, [.. _memories.Values]);
        }
    }

    public void Keep(DesiredSet set)
    {
        lock (_gate)
        {
            (_set, _dirty) = (set, true);
        }
    }

    public InstanceMemory Remember(Guid instance)
    {
        lock (_gate)
        {
            return _memories.GetValueOrDefault(instance) ?? new() { InstanceId = instance };
        }
    }

    public InstanceMemory Change(Guid instance, Func<InstanceMemory, InstanceMemory> change)
    {
        lock (_gate)
        {
            var before = _memories.GetValueOrDefault(instance) ?? new() { InstanceId = instance };
            var after = change(before);
            if (after != before)
            {
                (_memories[instance], _dirty) = (after, true);
            }
            return after;
        }
    }

    /// <summary>Forgets everything: it was another node's.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            (_set, _dirty) = (null, true);
            _memories.Clear();
        }
    }

    public void Forget(Guid instance)
    {
        lock (_gate)
        {
            _dirty |= _memories.Remove(instance);
        }
    }

    /// <summary>Writes what changed since the last call.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (!_dirty)
            {
                return;
            }
            PrivateFile.CreateFolder(options.DataFolder);
            var state = new LocalState(_set, [.. _memories.Values.OrderBy(m => m.InstanceId)]);
            PrivateFile.Write(StatePath, Seal(JsonSerializer.SerializeToUtf8Bytes(state, AgentJson.Default.LocalState), Key()));
            _dirty = false;
        }
    }

    private byte[] Key()
    {
        if (PrivateFile.Read(KeyPath) is { Length: 32 } key)
        {
            return key;
        }
        key = RandomNumberGenerator.GetBytes(32);
        PrivateFile.Write(KeyPath, key);
        return key;
    }

    private static byte[] Seal(byte[] plain, byte[] key)
    {
        var result = new byte[1 + NonceBytes + TagBytes + plain.Length];
        result[0] = Format;
        var nonce = result.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, plain, result.AsSpan(1 + NonceBytes + TagBytes), result.AsSpan(1 + NonceBytes, TagBytes), [Format]);
        return result;
    }

    private static byte[] Open(byte[] bytes, byte[] key)
    {
        if (bytes.Length < 1 + NonceBytes + TagBytes || bytes[0] != Format)
        {
            throw new InvalidDataException("it is too short, or of another version");
        }
        var plain = new byte[bytes.Length - 1 - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(bytes.AsSpan(1, NonceBytes), bytes.AsSpan(1 + NonceBytes + TagBytes),
            bytes.AsSpan(1 + NonceBytes, TagBytes), plain, [Format]);
        return plain;
    }

    [LoggerMessage(LogLevel.Warning, "The saved state {Path} cannot be read ({Why}); this start waits for the master's list instead")]
    private partial void StateDamaged(string path, string why);
}
