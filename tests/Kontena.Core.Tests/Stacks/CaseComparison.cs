using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kontena.Core.Services;
using Kontena.Core.Stacks;

namespace Kontena.Core.Tests.Stacks;

/// <summary>Compares a reading with the outcome of a case, in the terms that both have.</summary>
internal static class CaseComparison
{
    private static readonly string[] Aborts =
    [
        "yaml_syntax", "yaml_disallowed", "root_not_mapping", "template_syntax", "template_undefined", "undeclared_variable",
        "interpolation_syntax", "unknown_type", "unknown_resolver", "invalid_variable", "resolver_failed", "source_not_found",
        "extends_not_found", "circular_extends", "file_not_found", "required_variable",
    ];

    /// <summary>Differences in words; empty when the reading is what the case wants.</summary>
    /// <param name="isApplication">Cases of application files mention neither the installed name nor unset variables.</param>
    public static List<string> Differences(JsonObject expected, StackReading reading, bool isApplication)
    {
        var differences = new List<string>();
        if ((string)expected["outcome"]! == "invalid")
        {
            CompareErrors(expected["errors"]!.AsArray(), reading, differences);
            return differences;
        }
        if (reading.Spec is not { } spec)
        {
            return ["errors: " + string.Join(" | ", reading.Findings.Where(f => f.Severity == FindingSeverity.Error))];
        }
        Compare("findings", Keys(expected["notifications"]?.AsArray() ?? []), Keys(reading, FindingSeverity.Warning, isApplication ? ["unset_variable"] : []), differences);
        var stack = expected["stack"]!.AsObject();
        if (isApplication)
        {
            stack.Remove("name");
            stack.Remove("version");
        }
        CompareStack(stack, spec, differences);
        return differences;
    }

    private static void CompareErrors(JsonArray expected, StackReading reading, List<string> differences)
    {
        var actual = reading.Findings.Where(f => f.Severity == FindingSeverity.Error).ToList();
        if (reading.Spec is not null)
        {
            differences.Add("there is a spec in spite of errors");
        }
        var aborts = expected.Where(e => Aborts.Contains((string)e!["kind"]!)).ToList();
        foreach (var abort in aborts.Where(a => !actual.Exists(f => f.Kind == (string)a!["kind"]! && IsAt(f, a["path"]!.AsArray()))))
        {
            differences.Add("missing " + abort!.ToJsonString());
        }
        if (aborts.Count == 0)
        {
            Compare("errors", Keys(expected), Keys(reading, FindingSeverity.Error), differences);
        }
    }

    private static bool IsAt(StackFinding finding, JsonArray path) =>
        path.Count == 0 || finding.Path.SequenceEqual(path.Select(p => p!.ToString()));

    private static SortedSet<string> Keys(JsonArray findings) =>
        new(findings.Select(f => $"{f!["file"]} {string.Join('/', f["path"]!.AsArray().Select(p => p!.ToString()))} {f["kind"]}"), StringComparer.Ordinal);

    private static SortedSet<string> Keys(StackReading reading, FindingSeverity severity, params string[] except) => new(
        reading.Findings.Where(f => f.Severity == severity && !except.Contains(f.Kind))
            .Select(f => $"{Path.GetFileName(f.File)} {(f.Kind == "unset_variable" ? "" : string.Join('/', f.Path))} {f.Kind}"), StringComparer.Ordinal);

    private static void Compare(string what, SortedSet<string> expected, SortedSet<string> actual, List<string> differences)
    {
        differences.AddRange(expected.Except(actual).Select(e => $"{what}: missing {e}"));
        differences.AddRange(actual.Except(expected).Select(a => $"{what}: unexpected {a}"));
    }

    private static void CompareStack(JsonObject expected, StackSpec spec, List<string> differences)
    {
        Same("stack", (string?)expected["stack"] ?? spec.Source, spec.Source, differences);
        Same("name", (string?)expected["name"] ?? spec.Name, spec.Name, differences);
        Same("version", (string?)expected["version"] ?? spec.Version, spec.Version, differences);
        Same("expose", (string?)expected["expose"], spec.Expose, differences);
        Same("labels", Json(expected["labels"] ?? new JsonArray()), Json(Texts(spec.Labels)), differences);
        var volumes = new JsonArray([.. spec.Volumes.Select(v => SpecJsonForm.Of(v))]);
        Same("volumes", Json(expected["volumes"] ?? new JsonArray()), Json(volumes), differences);
        CompareVariables(expected["variables"]?.AsObject() ?? [], spec, differences);
        var services = expected["services"]?.AsArray() ?? [];
        Same("service names", string.Join(' ', services.Select(s => (string)s!["name"]!)), string.Join(' ', spec.Services.Select(s => s.Name)), differences);
        foreach (var (wanted, service) in services.Zip(spec.Services))
        {
            Same(service.Name, Json(SpecJsonForm.Known(wanted!.AsObject())), Json(SpecJsonForm.Of(service)), differences);
        }
    }

    private static void CompareVariables(JsonObject expected, StackSpec spec, List<string> differences)
    {
        foreach (var (name, wanted) in expected)
        {
            var actual = spec.Variables.GetValueOrDefault(name) ?? "";
            if (wanted is JsonObject pattern)
            {
                var fits = pattern["$regex"] is { } regex ? Regex.IsMatch(actual, (string)regex!)
                    : long.Parse(actual, CultureInfo.InvariantCulture) is var n && n >= (long)pattern["$int_range"]![0]! && n <= (long)pattern["$int_range"]![1]!;
                Same("variable " + name, "fits", fits ? "fits" : actual, differences);
                continue;
            }
            Same("variable " + name, wanted is JsonArray list ? list.ToJsonString().Replace(",", ", ", StringComparison.Ordinal) : wanted!.ToString(), actual, differences);
        }
        foreach (var (name, value) in spec.Variables.Where(v => !expected.ContainsKey(v.Key)))
        {
            Same("variable " + name, "", value is null or "[]" ? "" : value, differences);
        }
    }

    private static void Same(string what, string? expected, string? actual, List<string> differences)
    {
        if (expected != actual)
        {
            differences.Add($"{what}: expected {expected}, was {actual}");
        }
    }

    private static string Json(JsonNode node) => SpecJsonForm.Sorted(node).ToJsonString();

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => JsonValue.Create(t))]);
}
