using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Kontena.Agent.Docker;
using Kontena.Agent.Nodes;
using Kontena.Core.Protocol;
using Microsoft.Extensions.Logging;

namespace Kontena.Agent.Master;

/// <summary>The master does not admit this node. Trying again soon is of no use; the message says what to do.</summary>
internal sealed class RefusedException(string message) : Exception(message);

/// <summary>Joins the grid: exchanges a join token for a credential of the node's own.</summary>
internal sealed partial class Enrolment(
    AgentOptions options, IEngine engine, IdentityStore identities, HttpMessageInvoker http, TimeProvider time, ILogger<Enrolment> logger)
{
    private const int MaxAnswerBytes = 64 * 1024;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Whether the operator gave a token other than the one that this node joined with.</summary>
    public bool MayJoinAgain(NodeIdentity identity) =>
        options.JoinToken is { } token && IdentityStore.HashOf(token) != identity.JoinTokenHash;

    /// <exception cref="RefusedException">No token, or the master does not accept it.</exception>
    /// <exception cref="HttpRequestException">The master cannot be reached.</exception>
    public async Task<NodeIdentity> JoinAsync(CancellationToken cancel)
    {
        if (options.JoinToken is not { } token)
        {
            throw new RefusedException("This node has not joined a grid yet and has no join token. Make one with \"Add node\" in the dashboard, "
                + "and start the agent with --token TOKEN or KONTENA_JOIN_TOKEN.");
        }
        var info = await engine.InfoAsync(cancel);
        var request = new EnrolRequest(token, options.Name, info.Id, options.Labels, ProtocolVersion.Current);
        using var deadline = new CancellationTokenSource(Limit, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(options.Master, ProtocolPaths.Enrol))
            {
                Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, ProtocolJson.Default.EnrolRequest))
                {
                    Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
                },
            };
            using var response = await http.SendAsync(message, linked.Token);
            await response.Content.LoadIntoBufferAsync(MaxAnswerBytes, linked.Token);
            var body = await response.Content.ReadAsByteArrayAsync(linked.Token);
            if (response.IsSuccessStatusCode && Read(body, ProtocolJson.Default.EnrolAnswer) is { } answer)
            {
                var identity = new NodeIdentity(answer.NodeId, answer.Credential, answer.Name, answer.Grid, answer.ProofKey,
                    options.Master.AbsoluteUri, IdentityStore.HashOf(token), null, info.Id);
                identities.Save(identity);
                Joined(answer.Grid, answer.Name);
                return identity;
            }
            throw response.StatusCode >= HttpStatusCode.InternalServerError
                ? new HttpRequestException($"the master answered {(int)response.StatusCode} to the request to join", null, response.StatusCode)
                : new RefusedException(Read(body, ProtocolJson.Default.ProtocolRefusal)?.Message is { Length: > 0 } why
                    ? $"The master does not let this node join: {why}"
                    : $"{options.Master} answered {(int)response.StatusCode} to the request to join. Check that --master is a Kontena master.");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new HttpRequestException($"the master did not answer within {Limit.TotalSeconds:0} s");
        }
    }

    private static T? Read<T>(byte[] body, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, type);
        }
        catch (JsonException)
        {
            return null; // not a master's answer; the status says enough
        }
    }

    [LoggerMessage(LogLevel.Information, "Joined the grid {Grid} as node {Name}")]
    private partial void Joined(string grid, string name);
}
