using System.Collections.Immutable;
using System.Globalization;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Variables;

/// <summary>The types of variables: how a value becomes one of the type, what it is checked for, when it counts as true.</summary>
internal static class VariableTypes
{
    public static ImmutableArray<string> Names { get; } = ["string", "integer", "boolean", "enum", "uri", "array"];

    /// <summary>Finds out whether a definition can work at all, beyond its keys.</summary>
    public static bool IsSound(VariableDefinition variable)
    {
        if (variable.Type != "enum")
        {
            return true;
        }
        var options = Options(variable);
        var twice = options.GroupBy(o => o.Value.Text, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1)?.Key;
        if (options.Length > 0 && twice is null)
        {
            return true;
        }
        variable.At.Findings.Error("invalid_variable", variable.SpanOf("options"), variable.At.Path, twice is null
            ? $"The enum '{Shown.Short(variable.Name)}' has no options. Add 'options: [first, second]'."
            : $"The enum '{Shown.Short(variable.Name)}' has the option '{Shown.Short(twice)}' twice. Remove one.");
        return false;
    }

    public static ImmutableArray<YamlScalar> Options(VariableDefinition variable) => variable.Options.Get("options") switch
    {
        YamlSequence list => [.. list.Items.Select(i => i as YamlScalar ?? (i as YamlMapping)?.Get("value") as YamlScalar).OfType<YamlScalar>()],
        YamlMapping mapping => [.. mapping.Entries.Select(e => e.Key)],
        _ => [],
    };

    /// <summary>The value in the form of the type; null is no value.</summary>
    public static object? Convert(VariableDefinition variable, object? raw) => variable.Type switch
    {
        "string" => StringType.Convert(variable, raw),
        "integer" => Integer(variable, raw),
        "boolean" => Boolean(variable, raw),
        "enum" => Enum(variable, raw),
        "array" => Array(variable, raw),
        _ => raw is null ? null : VariableValue.TextOf(raw),
    };

    /// <summary>Records what is wrong with a converted value.</summary>
    public static void Check(VariableDefinition variable, object? value)
    {
        if (value is null)
        {
            return; // whether that is allowed depends on where the value could have come from
        }
        if (variable.Type == "string")
        {
            CheckLength(variable, VariableValue.TextOf(value).Length);
        }
        if (variable.Type == "integer" && value is long number)
        {
            CheckRange(variable, number);
        }
        if (variable.Type == "uri" && !HasScheme(variable, VariableValue.TextOf(value)))
        {
            var schemes = Schemes(variable);
            Error(variable, "scheme", $"'{Shown.Short(VariableValue.TextOf(value))}' is no address{(schemes.IsEmpty ? "" : " that starts with " + string.Join(" or ", schemes.Select(s => s + "://")))}.");
        }
        if (AllowedValues(variable) is { IsEmpty: false } allowed && !allowed.Any(a => VariableValue.Equals(a, value)))
        {
            Error(variable, "not_in_list", $"'{Shown.Short(VariableValue.TextOf(value))}' is not allowed for '{Shown.Short(variable.Name)}'. Take one of {Shown.Short(string.Join(", ", allowed.Select(VariableValue.TextOf)))}.");
        }
    }

    /// <summary>Whether a condition that names the variable holds.</summary>
    public static bool IsTrue(VariableDefinition variable, object? value) => variable.Type switch
    {
        "string" => value is not null && VariableValue.TextOf(value).Trim() is not ("" or "false"),
        "boolean" => value is not (null or false or 0L or "" or "false"),
        "uri" => value is not null && VariableValue.TextOf(value).Trim().Length > 0,
        "array" => value switch { ImmutableArray<object?> list => list.Length > 0, long count => count > 0, string text => text.Length > 0, _ => false },
        _ => value is not null,
    };

    public static void Error(VariableDefinition variable, string kind, string message, string option = "default") =>
        variable.At.Findings.Error(kind, variable.Options.Find("value")?.ValueSpan ?? variable.SpanOf(option), variable.At.Path, message, variable.Name);

    private static object? Integer(VariableDefinition variable, object? raw) => raw switch
    {
        null => variable.Flag("nil_is_zero") ? 0L : null,
        long number => number,
        double number => double.IsFinite(number) && Math.Abs(number) < 1e18 ? (long)number : 0L,
        bool flag => flag ? 1L : 0L,
        _ => Leading(VariableValue.TextOf(raw)),
    };

    private static long Leading(string text)
    {
        text = text.TrimStart();
        var end = text.Length > 0 && text[0] is '-' or '+' ? 1 : 0;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }
        return long.TryParse(text[..end], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    private static object Boolean(VariableDefinition variable, object? raw)
    {
        var text = VariableValue.TextOf(raw).Trim().ToLowerInvariant();
        var truthy = variable.List("truthy") is { IsEmpty: false } given
            ? given.Select(VariableValue.TextOf) : ["true", "yes", "1", "on", "enabled", "enable"];
        var value = raw switch
        {
            bool flag => flag,
            null => variable.Flag("nil_is"),
            _ when text.Length == 0 => variable.Flag("blank_is"),
            _ => truthy.Contains(text, StringComparer.Ordinal),
        };
        var shown = variable.Value(value ? "true" : "false");
        return variable.Text("as") switch
        {
            null or "boolean" => value,
            "integer" => shown as long? ?? (value ? 1L : 0L),
            _ => shown is null ? (value ? "true" : "false") : VariableValue.TextOf(shown),
        };
    }

    private static object? Enum(VariableDefinition variable, object? raw)
    {
        if (raw is null)
        {
            return null;
        }
        var text = VariableValue.TextOf(raw);
        return Options(variable).FirstOrDefault(o => o.Value.Text == text) is { } option ? VariableValue.Of(option) : raw;
    }

    private static object? Array(VariableDefinition variable, object? raw)
    {
        IEnumerable<object?> members = raw switch
        {
            null => [],
            ImmutableArray<object?> list => list,
            string text => Split(text, variable.Text("split") is { Length: > 0 } separator ? separator : ","),
            _ => [raw],
        };
        members = variable.Flag("sort") ? members.OrderBy(VariableValue.TextOf, StringComparer.Ordinal) : members;
        members = variable.Flag("uniq") ? members.DistinctBy(m => (m?.GetType(), VariableValue.TextOf(m))) : members;
        members = variable.Flag("compact") ? members.Where(m => m is not null) : members;
        var result = members.Take(Yaml.TextLimits.Nodes).ToImmutableArray();
        return result.IsEmpty && variable.Flag("empty_is_nil") ? null
            : variable.Options.Get("join") is YamlScalar { IsNull: false } join ? string.Join(join.Value.Text, result.Select(VariableValue.TextOf))
            : variable.Flag("count") ? (long)result.Length
            : result;
    }

    private static IEnumerable<string> Split(string text, string separator)
    {
        var parts = text.Split(separator);
        return parts.Take(System.Array.FindLastIndex(parts, p => p.Length > 0) + 1);
    }

    private static ImmutableArray<object?> AllowedValues(VariableDefinition variable)
    {
        var given = variable.List("in");
        return variable.Type != "enum" ? given
            : variable.Flag("can_be_other") ? []
            : given.IsEmpty ? [.. Options(variable).Select(VariableValue.Of)] : given;
    }

    private static void CheckLength(VariableDefinition variable, int length)
    {
        if (variable.Integer("min_length") is { } min && length < min)
        {
            Error(variable, "min_length", $"'{Shown.Short(variable.Name)}' has {length} characters and needs at least {min}.");
        }
        if (variable.Integer("max_length") is { } max && length > max)
        {
            Error(variable, "max_length", $"'{Shown.Short(variable.Name)}' has {length} characters and may have {max}.");
        }
    }

    private static void CheckRange(VariableDefinition variable, long number)
    {
        var min = variable.Integer("min") ?? 0;
        if (number < min)
        {
            Error(variable, "min", $"'{Shown.Short(variable.Name)}' is {number} and must be {min} or more.{(variable.Options.Find("min") is null ? " Add 'min' to allow less." : "")}");
        }
        if (variable.Integer("max") is { } max && number > max)
        {
            Error(variable, "max", $"'{Shown.Short(variable.Name)}' is {number} and must be {max} or less.");
        }
    }

    private static ImmutableArray<string> Schemes(VariableDefinition variable) => variable.Options.Get("schemes") is YamlSequence
        ? [.. variable.List("schemes").Select(VariableValue.TextOf)]
        : ["http", "https"];

    private static bool HasScheme(VariableDefinition variable, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && text.StartsWith(uri.Scheme + ":", StringComparison.OrdinalIgnoreCase) &&
        (Schemes(variable) is { IsEmpty: true } || Schemes(variable).Contains(uri.Scheme, StringComparer.OrdinalIgnoreCase));
}
