using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Kontena.Web.Data;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Kontena.Web.Agents;

/// <summary>Who may speak on the agents' connections: a node that proves itself with its own credential, and nobody else.</summary>
internal static class AgentPolicy
{
    public const string Name = "agent";
    public const string Scheme = "agent";

    /// <summary>The claim that holds the node's id.</summary>
    public const string NodeClaim = "kontena:node";

    /// <summary>The claim that holds the id of the node's grid.</summary>
    public const string GridClaim = "kontena:grid";

    public static WebApplicationBuilder AddAgentPolicy(this WebApplicationBuilder builder)
    {
        builder.Services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, AgentAuthentication>(Scheme, null);
        builder.Services.AddAuthorizationBuilder().AddPolicy(Name, policy => policy
            .AddAuthenticationSchemes(Scheme).RequireAuthenticatedUser().RequireClaim(NodeClaim).RequireClaim(GridClaim));
        return builder;
    }

    /// <summary>The node of a connection that passed the policy.</summary>
    public static Guid Node(this ClaimsPrincipal principal) => Guid.Parse(principal.FindFirstValue(NodeClaim)!);

    /// <summary>The grid of a connection that passed the policy.</summary>
    public static Guid Grid(this ClaimsPrincipal principal) => Guid.Parse(principal.FindFirstValue(GridClaim)!);
}

/// <summary>A node's own credential: <c>kna_NODE_SECRET</c>. Only the SHA-256 of the whole text is stored.</summary>
internal static class NodeCredential
{
    private const string Prefix = "kna_";

    public static string New(Guid node) => $"{Prefix}{node:N}_{Secret()}";

    /// <summary>A join token: <c>knj_SECRET</c>.</summary>
    public static string NewJoinToken() => $"knj_{Secret()}";

    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>The node that a credential claims to be; null when it has not the form of one.</summary>
    public static Guid? NodeOf(string text) =>
        text.Length is > 37 and < 200 && text.StartsWith(Prefix, StringComparison.Ordinal) && text[36] == '_'
        && Guid.TryParseExact(text.AsSpan(4, 32), "N", out var node) ? node : null;

    private static string Secret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
}

internal sealed class AgentAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, IDbContextFactory<KontenaDb> databases)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        const string Bearer = "Bearer ";
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.Ordinal))
        {
            return AuthenticateResult.NoResult();
        }
        var credential = header[Bearer.Length..].Trim();
        if (NodeCredential.NodeOf(credential) is not { } id)
        {
            return AuthenticateResult.Fail("This is not a node's credential.");
        }
        await using var db = await databases.CreateDbContextAsync(Context.RequestAborted);
        var node = await db.Nodes.AsNoTracking().Where(n => n.Id == id).Select(n => new { n.GridId, n.CredentialHash, n.Name })
            .SingleOrDefaultAsync(Context.RequestAborted);
        if (node is null || !CryptographicOperations.FixedTimeEquals(node.CredentialHash, NodeCredential.Hash(credential)))
        {
            return AuthenticateResult.Fail("The node is unknown or its credential was revoked.");
        }
        var identity = new ClaimsIdentity(
            [new(AgentPolicy.NodeClaim, id.ToString()), new(AgentPolicy.GridClaim, node.GridId.ToString()), new(ClaimTypes.Name, node.Name)],
            AgentPolicy.Scheme);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), AgentPolicy.Scheme));
    }
}
