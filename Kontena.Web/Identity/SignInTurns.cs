using Microsoft.AspNetCore.Identity;

namespace Kontena.Web.Identity;

/// <summary>
/// Tries for one account wait for each other, so that a hundred at once cannot slip past the lock; and as many hashes are computed at
/// once as there are stripes at most.
/// </summary>
internal sealed class SignInTurns
{
    private readonly SemaphoreSlim[] _stripes = [.. Enumerable.Range(0, 16).Select(_ => new SemaphoreSlim(1))];

    public SignInTurns(IPasswordHasher<KontenaUser> hasher) => NobodysHash = hasher.HashPassword(Nobody, Guid.CreateVersion7().ToString());

    /// <summary>Stands in for a user that does not exist, so that the answer takes the same time.</summary>
    public KontenaUser Nobody { get; } = new() { DisplayName = "nobody", CreatedAt = DateTimeOffset.MinValue };

    public string NobodysHash { get; }

    public async Task<IDisposable> TakeAsync(string account, CancellationToken cancel)
    {
        var stripe = _stripes[(uint)string.GetHashCode(account, StringComparison.Ordinal) % _stripes.Length];
        await stripe.WaitAsync(cancel);
        return new Turn(stripe);
    }

    private sealed class Turn(SemaphoreSlim stripe) : IDisposable
    {
        public void Dispose() => stripe.Release();
    }
}
