using Microsoft.AspNetCore.Identity;

namespace Kontena.Web.Identity;

/// <summary>12 to 128 characters of any kind, not made of the person's or the product's own name, not one character over and over.</summary>
internal sealed class PasswordPolicy : IPasswordValidator<KontenaUser>
{
    private const int Longest = 128;

    private static readonly string[] Common =
    [
        "password", "passwort", "123456789012", "1234567890", "qwertyuiop", "administrator", "letmein", "welcome", "iloveyou", "changeme", "kontena",
    ];

    public Task<IdentityResult> ValidateAsync(UserManager<KontenaUser> manager, KontenaUser user, string? password)
    {
        var text = password ?? "";
        if (text.Length > Longest)
        {
            return Refuse("PasswordTooLong", $"The password may have at most {Longest} characters.");
        }
        var left = text;
        foreach (var word in Common.Concat(Words(user)).OrderByDescending(w => w.Length))
        {
            left = left.Replace(word, "", StringComparison.OrdinalIgnoreCase);
        }
        return left.Length < IdentitySetup.MinimumPasswordLength / 2 && text.Length >= IdentitySetup.MinimumPasswordLength
            ? Refuse("PasswordGuessable", "The password consists mostly of your name or a very common word. Add something that nobody can guess.")
            : Task.FromResult(IdentityResult.Success);
    }

    private static IEnumerable<string> Words(KontenaUser user) =>
        $"{user.DisplayName} {user.Email?.Replace('@', ' ').Replace('.', ' ')}".Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(w => w.Length >= 4);

    private static Task<IdentityResult> Refuse(string code, string description) =>
        Task.FromResult(IdentityResult.Failed(new IdentityError { Code = code, Description = description }));
}
