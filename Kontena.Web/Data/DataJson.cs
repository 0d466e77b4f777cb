using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kontena.Core.Protocol;
using Kontena.Core.Scheduling;

namespace Kontena.Web.Data;

/// <summary>JSON columns that are not specs.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ImmutableArray<string>))]
[JsonSerializable(typeof(ImmutableSortedDictionary<string, string>))]
[JsonSerializable(typeof(NodeFacts))]
[JsonSerializable(typeof(InstanceOrder))]
[JsonSerializable(typeof(ServicePlan))]
[JsonSerializable(typeof(Placement))]
internal sealed partial class DataJson : JsonSerializerContext;
