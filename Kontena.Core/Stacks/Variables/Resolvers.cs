using System.Collections.Immutable;
using System.Globalization;
using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Variables;

/// <summary>The sources that <c>from:</c> can name. None of them reaches outside what the reading was handed.</summary>
internal static class Resolvers
{
    public static ImmutableArray<string> Names { get; } =
    [
        "env", "file", "prompt", "random_string", "random_number", "random_uuid", "variable", "interpolate", "evaluate", "condition",
        "vault", "service_instances", "service_link", "certificates", "vault_cert_prompt",
    ];

    /// <returns>The value; null when the source has none, which lets the next one try. A failure is recorded.</returns>
    public static object? Resolve(VariableSet set, VariableDefinition variable, VariableSource source) => source.Kind switch
    {
        "env" => Environment(set, source),
        "file" => File(set, variable, source),
        "variable" => Variable(set, variable, source),
        "interpolate" => Interpolate(set, variable, source),
        "evaluate" => Evaluate(set, variable, source),
        "condition" => Conditional(set, variable, source),
        "random_string" or "random_number" or "random_uuid" => RandomResolvers.Resolve(set, variable, source),
        _ => null, // answered by a given value, or by what a grid has: a reading alone has neither
    };

    public static void Fail(VariableDefinition variable, VariableSource source, string message) =>
        variable.At.Findings.Error("resolver_failed", source.At.Span, variable.At.Path, message, variable.Name);

    private static object? Environment(VariableSet set, VariableSource source)
    {
        IEnumerable<string> names = source.Hint is YamlSequence list
            ? list.Items.OfType<YamlScalar>().Select(s => s.Value.Text)
            : [source.HintText ?? ""];
        return names.Select(n => set.Context.Source.Environment.TryGetValue(n, out var text) ? FromEnvironment(text) : null).FirstOrDefault(v => v is not null);
    }

    public static object? FromEnvironment(string text) => text switch
    {
        "true" => true,
        "false" => false,
        "null" or "nil" => null,
        _ when text.Length is > 0 and <= 18 && text.All(char.IsAsciiDigit) => long.Parse(text, CultureInfo.InvariantCulture),
        _ => text,
    };

    private static string? File(VariableSet set, VariableDefinition variable, VariableSource source)
    {
        var options = source.Hint as YamlMapping;
        var path = source.HintText ?? (options?.Get("path") as YamlScalar)?.Value.Text ?? "";
        if (set.Context.FindQuietly(path, set.File) is { } name)
        {
            return set.Context.Source.Files[name];
        }
        if (options?.Get("ignore_errors") is not YamlScalar { Kind: ScalarKind.Boolean, Value.Boolean: true })
        {
            _ = set.Context.Find(path, set.File, source.At with { Path = variable.At.Path }, "resolver_failed");
        }
        return null;
    }

    private static object? Variable(VariableSet set, VariableDefinition variable, VariableSource source)
    {
        var name = source.HintText ?? "";
        if (set.TryGet(name, out var value))
        {
            return value;
        }
        Fail(variable, source, $"There is no variable '{Shown.Short(name)}'.{NearestName.DidYouMean(name, set.Names)}");
        return null;
    }

    private static string? Interpolate(VariableSet set, VariableDefinition variable, VariableSource source)
    {
        var failed = false;
        // Pairs of dollar signs are halved before this text is looked at, as in every other line of the file.
        var text = VariableReference.Replace((source.HintText ?? "").Replace("$$", "$", StringComparison.Ordinal), name =>
        {
            if (set.TryGet(name, out var value) && value is not null)
            {
                return VariableValue.TextOf(value);
            }
            if (!failed)
            {
                Fail(variable, source, $"'${Shown.Short(name)}' has no value here.{NearestName.DidYouMean(name, set.Names)}");
            }
            failed = true;
            return "";
        }, set.Context.Budget);
        return failed ? null : text;
    }

    private static object? Evaluate(VariableSet set, VariableDefinition variable, VariableSource source)
    {
        if (Interpolate(set, variable, source) is not { } text)
        {
            return null;
        }
        if (Arithmetic.Evaluate(text) is { } result)
        {
            return result;
        }
        Fail(variable, source, $"'{Shown.Short(text)}' cannot be calculated. Only numbers, + - * / and brackets are possible, in at most 200 characters.");
        return null;
    }

    private static object? Conditional(VariableSet set, VariableDefinition variable, VariableSource source)
    {
        if (source.Hint is not YamlSequence entries)
        {
            Fail(variable, source, "'condition' is a list of entries with 'if' and 'then', and at the end one with 'else'.");
            return null;
        }
        foreach (var entry in entries.Items)
        {
            var mapping = entry as YamlMapping;
            if (mapping?.Find("else") is { } otherwise)
            {
                return VariableValue.Of(otherwise.Value);
            }
            if ((mapping?.Find("if") ?? mapping?.Find("elsif")) is not { } condition || mapping!.Find("then") is not { } then)
            {
                variable.At.Findings.Error("resolver_failed", entry.Span, variable.At.Path, "This entry needs 'if' (or 'elsif') and 'then', or 'else'.", variable.Name);
                return null;
            }
            if (set.ForVariables.Holds(condition.Value))
            {
                return VariableValue.Of(then.Value);
            }
        }
        return null;
    }
}
