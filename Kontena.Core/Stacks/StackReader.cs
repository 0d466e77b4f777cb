using System.Collections.Immutable;
using Kontena.Core.Stacks.Drafts;
using Kontena.Core.Stacks.Formats;

namespace Kontena.Core.Stacks;

/// <summary>Reads a <c>kontena.yml</c> of any format: stack file, 2015 application file, or compose file.</summary>
/// <remarks>docs/stack-file.md.</remarks>
public static class StackReader
{
    /// <summary>Never throws on any input; what is wrong is among the findings, all of it at once.</summary>
    public static StackReading Read(StackSource source) => Read(source, StackFeatures.Product);

    internal static StackReading Read(StackSource source, StackFeatures features)
    {
        var context = new ReadingContext(source, features);
        var outcome = ReadMain(context);
        if (context.Budget.IsExhausted)
        {
            context.Findings.Error("too_large", Yaml.SourceSpan.WholeFile(source.Main), [],
                $"The values put in for references are longer than {SubstitutionBudget.Most / 1024 / 1024} MiB in all. Use shorter values, or refer to them less often.");
        }
        return new StackReading(
            context.Findings.HasErrors ? null : outcome.Spec, context.Findings.InOrder(), context.MissingFiles, outcome.Variables);
    }

    private static StackOutcome ReadMain(ReadingContext context)
    {
        var source = context.Source;
        if (!source.Files.ContainsKey(source.Main))
        {
            context.Findings.Error("source_not_found", Yaml.SourceSpan.WholeFile(source.Main), [], $"The file '{Shown.Short(source.Main)}' was not handed in. Upload it.");
            return StackOutcome.Nothing;
        }
        if (context.Open(source.Main) is not { } document)
        {
            return StackOutcome.Nothing;
        }
        return (source.Format ?? document.Format()) switch
        {
            StackFormat.Stack => StackAssembly.OfStack(context, document),
            StackFormat.Compose => StackAssembly.OfCompose(context, document),
            _ => StackAssembly.OfApplication(context, document),
        };
    }
}

/// <param name="Spec">Null after an error.</param>
internal sealed record StackOutcome(StackSpec? Spec, ImmutableArray<StackVariable> Variables)
{
    public static StackOutcome Nothing { get; } = new(null, []);
}
