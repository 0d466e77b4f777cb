using System.Collections.Immutable;
using System.Globalization;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Keys;

/// <summary>Reads a mapping by its key descriptions: unknown keys, types, ranges, then the conversion of each key.</summary>
internal static class KeyReader
{
    /// <param name="format">Keys of other formats are unknown here.</param>
    public static KeyValues Read(Place place, ImmutableArray<StackKey> keys, KeyFormats format = KeyFormats.All)
    {
        var values = new KeyValues();
        var mapping = (YamlMapping)place.Node;
        foreach (var entry in mapping.Entries)
        {
            var key = keys.FirstOrDefault(k => k.Name == entry.Name && k.In(format));
            if (key is null || entry.Key.Kind is not ScalarKind.Text)
            {
                UnknownKey.Report(place, entry, keys, format);
                continue;
            }
            var at = place.Of(entry);
            values.Set(key.Name, new KeyValue(ReadValue(at, key), at));
        }
        foreach (var key in keys)
        {
            if (key.Required && key.In(format) && !(values.TryGet(key.Name, out var value) && !value.Place.IsNull))
            {
                place.Findings.Error("required", place.Span, place.Path.Add(key.Name), MissingMessage(place, key));
            }
        }
        return values;
    }

    public static object? ReadValue(Place at, StackKey key)
    {
        if (at.IsNull)
        {
            return null;
        }
        if (!TypeFits(at.Node, key.Types))
        {
            at.Error("type", TypeMessage.Of(at, key));
            return null;
        }
        if (!key.Values.IsEmpty && at.Node is YamlScalar && !key.Values.Contains(at.Text))
        {
            at.Error("not_in_list", $"'{key.Name}' is one of {string.Join(", ", key.Values)}, not '{Shown.Short(at.Text)}'.{NearestName.DidYouMean(at.Text, key.Values)}");
            return null;
        }
        if (at.Scalar is { Kind: ScalarKind.Integer or ScalarKind.Float } number && !InRange(number.Value, key))
        {
            at.Error("invalid", RangeMessage(at, key));
            return null;
        }
        var inner = at.Node is YamlMapping && !key.Keys.IsEmpty ? Read(at, key.Keys) : KeyValues.None;
        return key.Convert is { } convert ? convert(at, inner) : Plain(at);
    }

    /// <summary>The normalised form of a value that needs no conversion of its own.</summary>
    private static object? Plain(Place at) => at.Node switch
    {
        YamlScalar { Kind: ScalarKind.Boolean } scalar => scalar.Value.Boolean,
        YamlScalar { Kind: ScalarKind.Integer } scalar => scalar.Value.Integer,
        YamlScalar scalar => scalar.Value.Text,
        YamlSequence => Texts(at),
        _ => at.Node,
    };

    /// <summary>A list of texts; entries of other types are errors at their index.</summary>
    public static ImmutableArray<string> Texts(Place at)
    {
        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var item in at.Items())
        {
            if (item.Scalar is { Kind: ScalarKind.Text })
            {
                texts.Add(item.Text);
            }
            else
            {
                item.Error("type", $"The entries of '{at.Key}' are text, and this is {TypeMessage.NameOf(item.Node)}. Put it into quotes.");
            }
        }
        return texts.ToImmutable();
    }

    public static bool TypeFits(YamlNode node, KeyTypes types) => node switch
    {
        YamlMapping => types.HasFlag(KeyTypes.Mapping),
        YamlSequence => types.HasFlag(KeyTypes.List),
        YamlScalar { Kind: ScalarKind.Boolean } => types.HasFlag(KeyTypes.Boolean),
        YamlScalar { Kind: ScalarKind.Integer } => (types & (KeyTypes.Integer | KeyTypes.Number)) != 0,
        YamlScalar { Kind: ScalarKind.Float } => types.HasFlag(KeyTypes.Number),
        YamlScalar { Kind: ScalarKind.Text } => types.HasFlag(KeyTypes.Text),
        _ => true,
    };

    private static bool InRange(ScalarValue value, StackKey key) =>
        double.IsFinite(value.Number) && Math.Abs(value.Number) < 1e18 &&
        (key.Min is not { } min || (decimal)value.Number >= min) && (key.Max is not { } max || (decimal)value.Number <= max);

    private static string RangeMessage(Place at, StackKey key) => (key.Min, key.Max) switch
    {
        ({ } min, { } max) => string.Create(CultureInfo.InvariantCulture, $"'{key.Name}' is between {min} and {max}, not {Shown.Short(at.Scalar!.Text)}."),
        ({ } min, null) => string.Create(CultureInfo.InvariantCulture, $"'{key.Name}' is {min} or more, not {Shown.Short(at.Scalar!.Text)}."),
        (null, { } max) => string.Create(CultureInfo.InvariantCulture, $"'{key.Name}' is {max} or less, not {Shown.Short(at.Scalar!.Text)}."),
        _ => $"{Shown.Short(at.Scalar!.Text)} is no number that '{key.Name}' can have.",
    };

    private static string MissingMessage(Place place, StackKey key)
    {
        var example = key.Example is { } written ? $", for example '{key.Name}: {written}'" : $" '{key.Name}: …'";
        return $"'{key.Name}' is missing in '{Shown.Short(place.Key)}'. Add it{example}.";
    }
}
