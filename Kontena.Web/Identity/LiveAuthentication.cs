using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace Kontena.Web.Identity;

/// <summary>Ends what an open circuit may do within seconds after the user was disabled or the security stamp changed.</summary>
internal sealed class LiveAuthentication(ILoggerFactory logs, ActorSource actors) : RevalidatingServerAuthenticationStateProvider(logs)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(5);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        await actors.OfAsync(authenticationState.User, cancellationToken) != Actor.Nobody;
}
