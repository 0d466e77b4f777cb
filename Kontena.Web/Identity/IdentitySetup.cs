using Kontena.Web.Data;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;

namespace Kontena.Web.Identity;

internal static class IdentitySetup
{
    public const int MinimumPasswordLength = 12;

    public static WebApplicationBuilder AddIdentity(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.AddIdentityCore<KontenaUser>(options =>
        {
            options.User.RequireUniqueEmail = true;
            options.Password.RequiredLength = MinimumPasswordLength;
            options.Password.RequireDigit = false;
            options.Password.RequireLowercase = false;
            options.Password.RequireUppercase = false;
            options.Password.RequireNonAlphanumeric = false;
            options.Password.RequiredUniqueChars = 4;
            options.Lockout.MaxFailedAccessAttempts = 5;
            options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
            options.Lockout.AllowedForNewUsers = true;
        })
            .AddEntityFrameworkStores<KontenaDb>()
            .AddPasswordValidator<PasswordPolicy>()
            .AddSignInManager()
            .AddDefaultTokenProviders();
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = 210_000);
        services.Configure<SecurityStampValidatorOptions>(options => options.ValidationInterval = TimeSpan.FromSeconds(10));
        services.ConfigureApplicationCookie(options =>
        {
            options.Cookie.Name = "kontena";
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest; // start.sh serves plain http on this machine; behind TLS it is Secure
            options.LoginPath = "/sign-in";
            options.AccessDeniedPath = "/denied";
            options.ExpireTimeSpan = TimeSpan.FromHours(12);
            options.SlidingExpiration = true;
        });
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder(IdentityConstants.ApplicationScheme).RequireAuthenticatedUser().Build());
        services.AddCascadingAuthenticationState();
        services.AddSingleton<ActorSource>();
        services.AddScoped<CurrentActor>();
        services.AddScoped<AuthenticationStateProvider, LiveAuthentication>();
        services.AddSingleton<SetupCode>();
        services.AddSingleton<CreateFirstAdministrator>();
        services.AddSingleton<SignIns>();
        services.AddSingleton<SignInTurns>();
        services.AddScoped<SignIn>();
        return builder;
    }
}
