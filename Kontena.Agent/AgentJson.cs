using System.Text.Json;
using System.Text.Json.Serialization;
using Kontena.Agent.Docker;
using Kontena.Agent.Nodes;
using Kontena.Agent.Services;

namespace Kontena.Agent;

/// <summary>What the agent keeps on its own disk, and the text that a spec hash is taken over.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(NodeIdentity))]
[JsonSerializable(typeof(LocalState))]
[JsonSerializable(typeof(ContainerSpec))]
internal sealed partial class AgentJson : JsonSerializerContext;
