using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Kontena.Core.Services;
using Kontena.Core.Stacks.Drafts;
using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Formats;

/// <summary>The rules of the master beyond those of the language, as far as the file alone can break them.</summary>
/// <remarks>docs/stack-file.md, what the master checks.</remarks>
internal static partial class MasterChecks
{
    private const int LongestName = 63;
    private const long LeastMemory = 6 << 20;

    public static void Check(StackSpec spec, ImmutableArray<BuiltService> services, RawDocument document, ReadingContext context)
    {
        var root = document.Root;
        CheckName(spec, root.Find("stack")?.ValueSpan ?? root.Find("name")?.ValueSpan ?? SourceSpan.WholeFile(document.File), context.Findings);
        if (spec.Expose is { } expose && services.All(s => s.Spec.Name != expose) && !context.Findings.HasErrors)
        {
            context.Findings.Error("invalid", root.Find("expose")?.ValueSpan ?? SourceSpan.WholeFile(document.File), ["expose"],
                $"'expose' names '{Shown.Short(expose)}', and there is no such service.{NearestName.DidYouMean(expose, services.Select(s => s.Spec.Name))}");
        }
        if (services.IsEmpty && !context.Findings.HasErrors)
        {
            context.Findings.Error("nothing_defined", SourceSpan.WholeFile(document.File), [], "The stack has no services. Add one below 'services:'.");
        }
        foreach (var service in services)
        {
            CheckService(service, spec, context.Findings);
        }
        LinkChecks.Check(services, context.Findings);
    }

    private static void CheckName(StackSpec spec, SourceSpan at, Findings findings)
    {
        if (spec.Name.Length == 0)
        {
            findings.Error("required", at, ["name"], "The stack has no name. Enter one, or add 'name: NAME' (with 'version: 2') or 'stack: NAME' to the file.");
        }
        else if (!Name().IsMatch(spec.Name) || spec.Name.Length > LongestName)
        {
            findings.Error("invalid", at, ["stack"], $"'{Shown.Short(spec.Name)}' cannot name a stack. Use letters, digits and dashes, at most {LongestName}, with no dash in front.");
        }
    }

    private static void CheckService(BuiltService service, StackSpec stack, Findings findings)
    {
        var (draft, spec) = service;
        if (!Name().IsMatch(spec.Name) || spec.Name.Length > LongestName)
        {
            findings.Error("invalid", draft.At, draft.Path, $"'{Shown.Short(spec.Name)}' cannot name a service. Use letters, digits and dashes, at most {LongestName}, with no dash in front.");
        }
        At(draft, "image", !Image().IsMatch(spec.Image) || spec.Image.Length > 400, findings,
            $"'{Shown.Short(spec.Image)}' is no image. Write [HOST[:PORT]/]NAME[:TAG] in small letters, such as registry.example.com/team/web:1.2.");
        At(draft, "pid", spec.Pid is not (null or "host"), findings, "'pid' can only be host.");
        At(draft, "volumes_from", spec.Stateful && !spec.VolumesFrom.IsEmpty, findings, "A stateful service has volumes of its own and cannot take those of others. Remove 'stateful' or 'volumes_from'.");
        At(draft, "stop_signal", spec.StopSignal is { } signal && !Signal().IsMatch(signal), findings, $"'{Shown.Short(spec.StopSignal ?? "")}' is no signal. Write a name such as SIGTERM, or a number.");
        At(draft, "mem_limit", spec.MemoryBytes is > 0 and < LeastMemory, findings, "'mem_limit' is less than 6 MiB, which the engine refuses. Write more, such as 64m.");
        At(draft, "memswap_limit", spec.MemorySwapBytes is { } swap && spec.MemoryBytes is { } memory && swap < memory, findings,
            "'memswap_limit' counts memory and swap together, so it cannot be less than 'mem_limit'. Raise it.");
        At(draft, "ports", spec.Net == "host" && !spec.Ports.IsEmpty, findings, "With the network of the node nothing is published: the service uses the ports of the node itself. Remove 'ports'.");
        foreach (var variable in spec.Environment.Where(v => v.Name.Length == 0 || v.Name.Any(char.IsControl) || v.Value.Contains('\0', StringComparison.Ordinal)))
        {
            At(draft, "environment", true, findings, $"'{Shown.Short(variable.Name)}' is no name of a variable. Remove the line break or control character.");
        }
        _ = stack;
    }

    private static void At(ServiceDraft draft, string key, bool wrong, Findings findings, string message)
    {
        if (wrong)
        {
            var found = draft.Values.TryGet(key, out var value);
            findings.Error("invalid", found ? value!.Place.Span : draft.At, found ? value!.Place.Path : draft.Path.Add(key), message);
        }
    }

    [GeneratedRegex(@"^(?!-)[A-Za-z0-9_-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?/)?[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Image();

    [GeneratedRegex("^(?:(?:SIG)?[A-Z]{2,6}[0-9]{0,2}(?:[+-][0-9]{1,2})?|[0-9]{1,2})$", RegexOptions.CultureInvariant)]
    private static partial Regex Signal();
}
