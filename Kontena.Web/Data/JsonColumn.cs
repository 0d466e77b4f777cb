using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Kontena.Web.Data;

/// <summary>Keeps a value as JSON text in one column. The value is immutable: change it by replacing it.</summary>
internal static class JsonColumn
{
    public static PropertyBuilder<T> AsJson<T>(this PropertyBuilder<T> property, JsonTypeInfo<T> type)
    {
        property.HasConversion(
            new ValueConverter<T, string>(value => JsonSerializer.Serialize(value, type), text => JsonSerializer.Deserialize(text, type)!),
            new ValueComparer<T>(
                (a, b) => ReferenceEquals(a, b) || JsonSerializer.Serialize(a!, type) == JsonSerializer.Serialize(b!, type),
                value => JsonSerializer.Serialize(value, type).GetHashCode(StringComparison.Ordinal),
                value => value));
        return property;
    }
}
