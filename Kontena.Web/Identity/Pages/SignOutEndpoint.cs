using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Identity;

namespace Kontena.Web.Identity.Pages;

internal static class SignOutEndpoint
{
    /// <summary>Ends the session of this browser. A form's post with a token, so no other site can do it.</summary>
    public static void MapSignOut(this IEndpointRouteBuilder app) => app.MapPost("/sign-out",
        async (HttpContext context, IAntiforgery antiforgery, SignInManager<KontenaUser> signIns) =>
        {
            if (!await antiforgery.IsRequestValidAsync(context))
            {
                return Results.BadRequest();
            }
            await signIns.SignOutAsync();
            return Results.LocalRedirect("/sign-in");
        }).RequireAuthorization();
}
