using System.Security.Cryptography;
using Kontena.Core.Grids;
using Kontena.Core.Nodes;
using Kontena.Core.Problems;
using Kontena.Core.Protocol;
using Kontena.Web.Data;
using Kontena.Web.Events;
using Kontena.Web.Identity;
using Kontena.Web.Nodes;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Agents;

/// <summary>Lets a host join a grid with a join token, and gives it a credential of its own.</summary>
internal sealed class EnrolNode(IDbContextFactory<KontenaDb> databases, ChangeFeed changes, TimeProvider time)
{
    private const int MostLabels = 64;

    public async Task<Result<EnrolAnswer>> HandleAsync(EnrolRequest request, CancellationToken cancel)
    {
        if (request.Protocol is < ProtocolVersion.Oldest or > ProtocolVersion.Current)
        {
            return Problem.Invalid("protocol",
                $"This agent speaks protocol {request.Protocol}, the master {ProtocolVersion.Oldest} to {ProtocolVersion.Current}. Install a matching agent.");
        }
        if (NodeName.Check(request.Name) is { } badName)
        {
            return badName;
        }
        var labels = request.Labels.IsDefault ? [] : request.Labels;
        if (labels.Length > MostLabels || labels.Any(l => l.Length is 0 or > 128 || l.Any(char.IsControl)))
        {
            return Problem.Invalid("labels", $"A node has at most {MostLabels} labels of 1 to 128 characters.");
        }
        if (request.EngineId is not { Length: > 0 and <= 128 })
        {
            return Problem.Invalid("engine", "The engine's id is missing. Is the Docker Engine running?");
        }
        for (var attempt = 1; ; attempt++)
        {
            var answer = await TryAsync(request with { Labels = labels }, cancel);
            if (answer.Ok || answer.Problem.Code is not "taken" and not "changed_meanwhile" || attempt == 20)
            {
                return answer;
            }
        }
    }

    private async Task<Result<EnrolAnswer>> TryAsync(EnrolRequest request, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var now = time.GetUtcNow();
        var hash = NodeCredential.Hash(request.JoinToken ?? "");
        var token = await db.JoinTokens.SingleOrDefaultAsync(t => t.Hash == hash, cancel);
        if (token is null || !token.ValidAt(now))
        {
            return new Problem(ProblemKind.Forbidden, "bad_token", "The join token is unknown, used up, expired or revoked. Make another one with \"Add node\" on the nodes page.");
        }
        var grid = await db.Grids.SingleAsync(g => g.Id == token.GridId, cancel);
        var taken = await db.Nodes.Where(n => n.GridId == grid.Id).Select(n => new { n.Number, n.Name }).ToListAsync(cancel);
        var number = Enumerable.Range(1, GridSubnet.MaxNodes).Except(taken.Select(n => n.Number)).FirstOrDefault();
        if (number == 0)
        {
            return Problem.Conflict("grid_full", $"Grid '{grid.Name}' has {GridSubnet.MaxNodes} nodes, the most that it can hold. Remove one first, or make another grid.");
        }
        var name = taken.Any(n => n.Name == request.Name) ? $"{Shortened(request.Name)}-{number}" : request.Name;
        var credential = "";
        var node = new HostNode
        {
            GridId = grid.Id,
            Number = number,
            Name = name,
            EngineId = request.EngineId,
            Labels = request.Labels,
            CredentialHash = [],
            ProofKey = RandomNumberGenerator.GetBytes(32),
            CreatedAt = now,
        };
        credential = NodeCredential.New(node.Id);
        node.CredentialHash = NodeCredential.Hash(credential);
        token.UsesLeft--;
        db.Nodes.Add(node);
        db.Events.Add(Event.Of(Actor.Agent(node.Id, name), now, grid.Id, "node.joined", name, node.Id, $"{name} joined as node {number}", level: "good"));
        if (await db.SaveAsync($"grid {grid.Name}", cancel) is { } problem)
        {
            return problem;
        }
        changes.Publish(grid.Id);
        return new EnrolAnswer(node.Id, credential, name, grid.Name, Convert.ToBase64String(node.ProofKey));
    }

    private static string Shortened(string name) => name.Length <= 59 ? name : name[..59].TrimEnd('-', '.');
}
