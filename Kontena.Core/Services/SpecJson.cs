using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kontena.Core.Services;

/// <summary>Canonical JSON of specs: what the database keeps, what two specs are compared by, what orders carry.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ServiceSpec))]
[JsonSerializable(typeof(Stacks.StackSpec))]
public sealed partial class SpecJson : JsonSerializerContext
{
    /// <summary>Equal text means equal specs.</summary>
    public static string Canonical(ServiceSpec spec) => JsonSerializer.Serialize(spec, Default.ServiceSpec);
}
