using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Fluid;
using Fluid.Values;
using Kontena.Core.Stacks.Variables;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Templates;

/// <summary>Renders the Liquid tags of a stack file. Strict: what does not exist is an error. Bounded: no template can run away.</summary>
/// <remarks>docs/stack-file.md, templates.</remarks>
internal static partial class StackTemplate
{
    private const int MostSteps = 5_000;

    private static readonly string[] NotInTheLanguage =
        ["include", "render", "from", "import", "macro", "liquid", "tablerow", "echo", "layout", "section", "renderbody", "rendersection", "call", "inline_comment"];

    private static readonly FluidParser Parser = MakeParser();

    /// <returns>The document to go on with: this one when it has no tags; null after a finding.</returns>
    public static RawDocument? Render(RawDocument document, VariableSet variables, ReadingContext context)
    {
        if (TemplateScan.Of(document, context.Findings) is not { } scan)
        {
            return null;
        }
        if (!scan.HasTags)
        {
            return document;
        }
        var marked = !scan.TrimsBlanks && LineMarks.CanMark(document.Text);
        try
        {
            var error = "";
            IFluidTemplate? template = null;
            // A few places, such as the one between 'case' and its first 'when', take no text and so no mark.
            marked = marked && Parser.TryParse(LineMarks.Mark(document.Lines), out template, out _);
            if (!marked && !Parser.TryParse(string.Join('\n', document.Lines), out template, out error))
            {
                Report(document, "template_syntax", error, context.Findings);
                return null;
            }
            var budget = new TemplateBudget();
            var undefined = new List<string>();
            var rendered = Run(new TemplateBounds(budget).VisitTemplate(template!), Options(variables, scan, budget, undefined));
            foreach (var name in undefined.Distinct(StringComparer.Ordinal))
            {
                Undefined(document, name, $"There is no variable '{Shown.Short(name)}'.{NearestName.DidYouMean(name, variables.Names)} Declare it below 'variables'.", context.Findings);
            }
            return undefined.Count > 0 ? null : Parsed(document, rendered, marked, context);
        }
        catch (TemplateTooLargeException tooLarge)
        {
            context.Findings.Error("template_syntax", SourceSpan.WholeFile(document.File), [], tooLarge.Message);
        }
        catch (FluidException unknown) when (UnknownFilter().Match(unknown.Message) is { Success: true } filter)
        {
            var name = filter.Groups[1].Value;
            Undefined(document, name, $"There is no filter '{Shown.Short(name)}'.{NearestName.DidYouMean(name, TemplateFilters.Names)}", context.Findings);
        }
        catch (Exception broken) when (broken is FluidException or InvalidOperationException or ArgumentException or ArithmeticException or FormatException
            or InvalidCastException or NullReferenceException or IndexOutOfRangeException or NotSupportedException or RegexMatchTimeoutException)
        {
            // The engine answers nonsense with whatever it stumbled over. It holds nothing but this template.
            Report(document, "template_syntax", broken is FluidException ? broken.Message : "it does something that cannot be done, or takes too many steps", context.Findings);
        }
        return null;
    }

    private static FluidParser MakeParser()
    {
        var parser = new FluidParser(new FluidParserOptions { AllowFunctions = false, AllowParentheses = false, AllowLiquidTag = false });
        foreach (var tag in NotInTheLanguage)
        {
            parser.RegisteredTags.Remove(tag);
        }
        return parser;
    }

    private static TemplateContext Options(VariableSet variables, TemplateScan scan, TemplateBudget budget, List<string> undefined)
    {
        var options = new TemplateOptions
        {
            MaxSteps = MostSteps, MaxRecursion = 50, StrictFilters = true, CultureInfo = CultureInfo.InvariantCulture, TimeZone = TimeZoneInfo.Utc,
            Now = () => DateTimeOffset.UnixEpoch,
        };
        TemplateFilters.Restrict(options, budget);
        var known = variables.Visible();
        options.Undefined = path =>
        {
            var name = path.Split('.', '[')[0];
            if (!known.ContainsKey(name) && !scan.Assigned.Contains(name) && name is not ("forloop" or "empty" or "blank" or "nil" or "null"))
            {
                undefined.Add(name);
            }
            return ValueTask.FromResult<FluidValue>(NilValue.Instance);
        };
        var context = new TemplateContext(options);
        foreach (var (name, value) in known.Where(v => v.Value is not null))
        {
            context.SetValue(name, Value(value));
        }
        return context;
    }

    private static FluidValue Value(object? value) => value switch
    {
        bool flag => BooleanValue.Create(flag),
        long number => NumberValue.Create(number),
        double number when double.IsFinite(number) && Math.Abs(number) < 1e27 => NumberValue.Create((decimal)number),
        ImmutableArray<object?> list => new ArrayValue([.. list.Select(Value)]),
        null => NilValue.Instance,
        _ => new StringValue(VariableValue.TextOf(value)),
    };

    private static string Run(IFluidTemplate template, TemplateContext context)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        // Everything in it is synchronous, so this ends before it returns.
        template.RenderAsync(writer, NullEncoder.Default, context).AsTask().GetAwaiter().GetResult();
        return writer.ToString();
    }

    private static RawDocument? Parsed(RawDocument document, string rendered, bool marked, ReadingContext context)
    {
        var (text, lines) = marked ? LineMarks.Read(rendered) : (rendered, []);
        return RawDocument.Parse(document.File, text, context.Findings, span => Place(document, span, lines));
    }

    /// <summary>The place in the template that a place in the result came from; the whole file when that is not known.</summary>
    private static SourceSpan Place(RawDocument document, SourceSpan span, int[] lines)
    {
        if (span.Line == 0 || span.Line > lines.Length || lines[span.Line - 1] > document.Lines.Length)
        {
            return SourceSpan.WholeFile(document.File);
        }
        var line = lines[span.Line - 1];
        var length = document.Lines[line - 1].Length;
        var column = Math.Clamp(span.Column, 1, Math.Max(1, length));
        return new SourceSpan(document.File, line, column, Math.Clamp(span.Length, 1, Math.Max(1, length - column + 1)));
    }

    private static void Undefined(RawDocument document, string name, string message, Findings findings) =>
        findings.Error("template_undefined", Where(document, name), [], message, name);

    private static void Report(RawDocument document, string kind, string? error, Findings findings)
    {
        var at = SourceSpan.WholeFile(document.File);
        if (ErrorPlace().Match(error ?? "") is { Success: true } match && int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is var line && line <= document.Lines.Length)
        {
            at = new SourceSpan(document.File, line, 1, Math.Max(1, document.Lines[line - 1].Length));
        }
        var words = Shown.Short(ErrorPlace().Replace((error ?? "").Split('\n')[0], "").Trim().TrimEnd('.'));
        findings.Error(kind, at, [], $"The template cannot be rendered: {words}. Check the tags, their names and their ends.");
    }

    private static SourceSpan Where(RawDocument document, string name)
    {
        for (var line = 0; line < document.Lines.Length; line++)
        {
            var tag = document.Lines[line].IndexOf('{', StringComparison.Ordinal);
            var at = tag < 0 ? -1 : document.Lines[line].IndexOf(name, tag, StringComparison.Ordinal);
            if (at >= 0)
            {
                return new SourceSpan(document.File, line + 1, at + 1, name.Length);
            }
        }
        return SourceSpan.WholeFile(document.File);
    }

    [GeneratedRegex(@"[Uu]ndefined filter '?([A-Za-z0-9_]+)", RegexOptions.CultureInvariant)]
    private static partial Regex UnknownFilter();

    [GeneratedRegex(@" at \(?(\d{1,7}):(\d{1,7})\)?", RegexOptions.CultureInvariant)]
    private static partial Regex ErrorPlace();
}
