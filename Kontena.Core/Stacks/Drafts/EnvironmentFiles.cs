using System.Collections.Immutable;
using Kontena.Core.Services;
using Kontena.Core.Stacks.Keys;

namespace Kontena.Core.Stacks.Drafts;

/// <summary>Adds the lines of <c>env_file</c> to the environment, as stack and application files do it.</summary>
internal static class EnvironmentFiles
{
    public static ServiceDraft Fold(ServiceDraft service, string file, ReadingContext context)
    {
        if (!service.Values.TryGet("env_file", out var given))
        {
            return service;
        }
        var values = service.Values.Copy();
        values.Remove("env_file");
        var variables = service.List<EnvironmentVariable>("environment").ToBuilder();
        foreach (var reference in service.List<EnvironmentFile>("env_file"))
        {
            if (context.Find(reference.File, file, reference.At, "file_not_found") is { } name)
            {
                variables.AddRange(Lines(context.Budget.Spend(context.Source.Files[name]), reference));
            }
        }
        if (variables.Count > 0)
        {
            var place = values.TryGet("environment", out var environment) && !environment.Place.IsNull ? environment.Place : given.Place;
            values.Set("environment", new KeyValue(EnvironmentMerge.FirstOfEach(variables.ToImmutable()), place));
        }
        return service with { Values = values };
    }

    private static IEnumerable<EnvironmentVariable> Lines(string text, EnvironmentFile reference)
    {
        if (text.Length > Yaml.TextLimits.FileBytes || text.Contains('\0', StringComparison.Ordinal))
        {
            reference.At.Error("invalid", $"'{Shown.Short(reference.File)}' is larger than 1 MiB or no text, and was not read.");
            return [];
        }
        return text.TrimStart('\ufeff').ReplaceLineEndings("\n").Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(EnvironmentValues.Parse);
    }
}
