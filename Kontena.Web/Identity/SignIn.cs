using Kontena.Core.Problems;
using Kontena.Web.Data;
using Kontena.Web.Events;
using Microsoft.AspNetCore.Identity;

namespace Kontena.Web.Identity;

/// <summary>
/// Signs a person in, in this browser. An unknown address, a wrong password, a locked and a disabled account get the same words after
/// the same work, so nobody learns which addresses exist.
/// </summary>
internal sealed class SignIn(SignInManager<KontenaUser> signIns, UserManager<KontenaUser> users, IPasswordHasher<KontenaUser> hasher,
    KontenaDb db, SignInTurns turns, TimeProvider time)
{
    public const int LongestPassword = 128;

    private static readonly Problem Refused = Problem.Invalid("sign_in",
        "The email address or the password is not right, or the account is locked for a few minutes after too many tries.");

    public async Task<Result<KontenaUser>> HandleAsync(string email, string password, CancellationToken cancel)
    {
        using var turn = await turns.TakeAsync(users.NormalizeEmail(email) ?? "", cancel);
        var user = await users.FindByEmailAsync(email);
        var open = user is { Disabled: false, PasswordHash: not null } && !await users.IsLockedOutAsync(user);
        var shorter = password.Length <= LongestPassword ? password : password[..LongestPassword];
        var verified = hasher.VerifyHashedPassword(user ?? turns.Nobody, user?.PasswordHash ?? turns.NobodysHash, shorter);
        if (user is null || !open || verified is PasswordVerificationResult.Failed || password.Length > LongestPassword)
        {
            if (user is not null && open)
            {
                await users.AccessFailedAsync(user);
                if (await users.IsLockedOutAsync(user))
                {
                    db.Events.Add(Event.Of(Actor.System("sign-in"), time.GetUtcNow(), null, "user.locked", user.DisplayName, user.Id,
                        $"{user.DisplayName} is locked out after too many wrong passwords", level: "warn"));
                    await db.SaveChangesAsync(cancel);
                }
            }
            return Refused;
        }
        await users.ResetAccessFailedCountAsync(user);
        await signIns.SignInAsync(user, isPersistent: false);
        return user;
    }
}
