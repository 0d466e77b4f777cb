using System.Diagnostics.CodeAnalysis;

namespace Kontena.Core.Stacks.Keys;

/// <param name="Value">Normalised; null when the file says null, or when the value was wrong (there is a finding then).</param>
internal sealed record KeyValue(object? Value, Place Place);

/// <summary>The keys that a mapping really has, by name, with their normalised values.</summary>
internal sealed class KeyValues
{
    private readonly Dictionary<string, KeyValue> _values = new(StringComparer.Ordinal);

    public static KeyValues None { get; } = new();

    public IEnumerable<string> Names => _values.Keys;

    public bool Has(string key) => _values.ContainsKey(key);

    public bool TryGet(string key, [NotNullWhen(true)] out KeyValue? value) => _values.TryGetValue(key, out value);

    public void Set(string key, KeyValue value) => _values[key] = value;

    public void Remove(string key) => _values.Remove(key);

    /// <returns>The value; null when the key is absent or null.</returns>
    public T? Value<T>(string key)
        where T : struct => _values.TryGetValue(key, out var value) && value.Value is T typed ? typed : null;

    /// <inheritdoc cref="Value{T}"/>
    public T? Reference<T>(string key)
        where T : class => _values.TryGetValue(key, out var value) ? value.Value as T : null;

    public string? Text(string key) => Reference<string>(key);

    public KeyValues Copy()
    {
        var copy = new KeyValues();
        foreach (var (key, value) in _values)
        {
            copy.Set(key, value);
        }
        return copy;
    }
}
