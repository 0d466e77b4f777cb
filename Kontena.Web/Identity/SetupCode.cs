using System.Security.Cryptography;
using System.Text;
using Kontena.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Identity;

/// <summary>The one-time code that proves that whoever makes the first administrator can read this host's files.</summary>
/// <remarks>Lives in memory and in DATA/setup-code; ends by use, after thirty minutes, or after ten wrong tries. A restart makes another.</remarks>
internal sealed partial class SetupCode(DataFolder folder, TimeProvider time, ILogger<SetupCode> logger)
{
    public const string FileName = "setup-code";
    private const int MostTries = 10;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    private readonly Lock _gate = new();
    private byte[]? _hash;
    private DateTimeOffset _until;
    private int _wrong;

    /// <summary>Makes the code when there is nobody yet, and removes a left-over one when there is.</summary>
    public async Task PrepareAsync(KontenaDb db, CancellationToken cancel)
    {
        if (await db.Users.AnyAsync(cancel))
        {
            folder.Delete(FileName);
            return;
        }
        var code = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20)).Chunk(8).Select(part => new string(part)).Aggregate((a, b) => $"{a}-{b}");
        lock (_gate)
        {
            (_hash, _until, _wrong) = (Hash(code), time.GetUtcNow() + Lifetime, 0);
        }
        folder.WriteSecret(FileName, code);
        CodeWritten(folder.File(FileName));
    }

    /// <summary>Whether a code is alive, so that the page can say what to do when none is.</summary>
    public bool Alive
    {
        get
        {
            lock (_gate)
            {
                return _hash is not null && time.GetUtcNow() < _until;
            }
        }
    }

    /// <summary>Compares in constant time; counts wrong tries.</summary>
    public bool Accepts(string code)
    {
        lock (_gate)
        {
            if (_hash is null || time.GetUtcNow() >= _until)
            {
                return false;
            }
            if (CryptographicOperations.FixedTimeEquals(_hash, Hash(code.Trim().ToLowerInvariant())))
            {
                return true;
            }
            if (++_wrong >= MostTries)
            {
                _hash = null;
                folder.Delete(FileName);
                TooManyTries(MostTries);
            }
            return false;
        }
    }

    /// <summary>The first administrator exists: the code is worthless from now on.</summary>
    public void Spend()
    {
        lock (_gate)
        {
            _hash = null;
        }
        folder.Delete(FileName);
    }

    private static byte[] Hash(string code) => SHA256.HashData(Encoding.UTF8.GetBytes(code));

    [LoggerMessage(LogLevel.Information, "There is no administrator yet. The one-time setup code is in {File}; it lives for thirty minutes")]
    private partial void CodeWritten(string file);

    [LoggerMessage(LogLevel.Warning, "The setup code was entered wrongly {Times} times and is void. Restart the master for another one")]
    private partial void TooManyTries(int times);
}
