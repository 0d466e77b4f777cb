using Kontena.Core.Problems;
using Kontena.Web.Data;
using Kontena.Web.Events;
using Kontena.Web.Grids;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Identity;

/// <summary>Makes the first master administrator, once in the life of an installation, for whoever knows the setup code.</summary>
internal sealed class CreateFirstAdministrator(IServiceScopeFactory scopes, SetupCode code, TimeProvider time)
{
    /// <returns>The user, or a problem with the code <c>setup_done</c>, <c>setup_code</c>, <c>name</c>, <c>email</c> or <c>password</c>.</returns>
    public async Task<Result<KontenaUser>> HandleAsync(string setupCode, string name, string email, string password, CancellationToken cancel)
    {
        if (!code.Accepts(setupCode))
        {
            return Problem.Invalid("setup_code", code.Alive
                ? "The setup code is not right. It stands in the file that the master named when it started."
                : "The setup code has expired. Restart the master; it writes another one.");
        }
        var displayName = name.Trim();
        if (displayName.Length is 0 or > 100 || displayName.Any(char.IsControl))
        {
            return Problem.Invalid("name", "Enter your name, at most 100 characters.");
        }
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<KontenaDb>();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<KontenaUser>>();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var now = time.GetUtcNow();

        // The conditional update decides between two browsers: the second one waits for the first and then changes no row.
        if (await db.Installation.Where(i => i.SetUpAt == null).ExecuteUpdateAsync(i => i.SetProperty(x => x.SetUpAt, now), cancel) != 1
            || await db.Users.AnyAsync(cancel))
        {
            return Problem.Conflict("setup_done", "The first administrator already exists. Sign in instead.");
        }
        var user = new KontenaUser
        {
            DisplayName = displayName,
            UserName = email.Trim(),
            Email = email.Trim(),
            EmailConfirmed = true,
            MasterAdministrator = true,
            CreatedAt = now,
        };
        var created = await users.CreateAsync(user, password);
        if (!created.Succeeded)
        {
            var error = created.Errors.First();
            var field = error.Code.StartsWith("Password", StringComparison.Ordinal) ? "password" : "email";
            return Problem.Invalid(field, string.Join(' ', created.Errors.Where(e => field == "password" || !e.Code.Contains("UserName", StringComparison.Ordinal))
                .DefaultIfEmpty(error).Select(e => e.Description)));
        }
        db.Events.Add(Event.Of(Actor.System("setup"), now, null, "user.created", displayName, user.Id, $"{displayName} became the first master administrator"));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        code.Spend();
        return user;
    }
}
