using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kontena.Core.Protocol;

/// <summary>The wire format of every message; both ends put it first in their resolver chain.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(EnrolRequest))]
[JsonSerializable(typeof(EnrolAnswer))]
[JsonSerializable(typeof(ProtocolRefusal))]
[JsonSerializable(typeof(Hello))]
[JsonSerializable(typeof(Welcome))]
[JsonSerializable(typeof(DesiredSet))]
[JsonSerializable(typeof(InstanceReports))]
[JsonSerializable(typeof(NodeFacts))]
[JsonSerializable(typeof(VolumeInventory))]
[JsonSerializable(typeof(Heartbeat))]
[JsonSerializable(typeof(long))]
public sealed partial class ProtocolJson : JsonSerializerContext;
