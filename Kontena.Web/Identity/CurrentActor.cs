using Microsoft.AspNetCore.Components.Authorization;

namespace Kontena.Web.Identity;

/// <summary>The person behind a circuit. Asked at each act, so that a revoked right ends at once and not with the page.</summary>
internal sealed class CurrentActor(AuthenticationStateProvider authentication, ActorSource actors)
{
    public async Task<Actor> GetAsync(CancellationToken cancel) =>
        await actors.OfAsync((await authentication.GetAuthenticationStateAsync()).User, cancel);
}
