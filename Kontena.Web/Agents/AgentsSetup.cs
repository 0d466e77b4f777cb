using Kontena.Core.Problems;
using Kontena.Core.Protocol;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;

namespace Kontena.Web.Agents;

internal static class AgentsSetup
{
    /// <summary>An agent's largest message: a full inventory of a busy host.</summary>
    private const int LargestMessageBytes = 4 * 1024 * 1024;

    private const int LargestEnrolBytes = 64 * 1024;

    public static WebApplicationBuilder AddAgents(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddAgentPolicy();
        services.AddSignalR().AddHubOptions<AgentHub>(options =>
        {
            options.MaximumReceiveMessageSize = LargestMessageBytes;
            options.KeepAliveInterval = TimeSpan.FromSeconds(10);
            options.ClientTimeoutInterval = TimeSpan.FromSeconds(30);
            options.EnableDetailedErrors = false;
        }).AddJsonProtocol(options => options.PayloadSerializerOptions.TypeInfoResolverChain.Insert(0, ProtocolJson.Default));
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, ProtocolJson.Default));
        services.AddSingleton<AgentSessions>();
        services.AddSingleton<AgentGateway>();
        services.AddSingleton<DesiredSets>();
        services.AddSingleton<RecordInstances>();
        services.AddSingleton<RecordNode>();
        services.AddSingleton<RecordVolumes>();
        services.AddSingleton<EnrolNode>();
        services.AddHostedService<NodeWatch>();
        return builder;
    }

    public static WebApplication MapAgents(this WebApplication app)
    {
        app.MapPost(ProtocolPaths.Enrol, async (HttpContext http, EnrolNode enrol) =>
        {
            if (http.Request.ContentLength is null or > LargestEnrolBytes)
            {
                return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
            }
            EnrolRequest? request;
            try
            {
                request = await http.Request.ReadFromJsonAsync(ProtocolJson.Default.EnrolRequest, http.RequestAborted);
            }
            catch (System.Text.Json.JsonException)
            {
                request = null;
            }
            if (request is null)
            {
                return Results.Json(new ProtocolRefusal("malformed", "The request is not the JSON that an agent sends."), ProtocolJson.Default.ProtocolRefusal, statusCode: 400);
            }
            var answer = await enrol.HandleAsync(request, http.RequestAborted);
            return answer.Ok
                ? Results.Json(answer.Value, ProtocolJson.Default.EnrolAnswer)
                : Results.Json(new ProtocolRefusal(answer.Problem.Code, answer.Problem.Message), ProtocolJson.Default.ProtocolRefusal, statusCode: answer.Problem.Kind switch
                {
                    ProblemKind.Forbidden => 401,
                    ProblemKind.Conflict => 409,
                    _ => 400,
                });
        }).AllowAnonymous().DisableAntiforgery(); // the join token is the proof
        app.MapHub<AgentHub>(ProtocolPaths.Hub, options => options.Transports = HttpTransportType.WebSockets);
        return app;
    }
}
