using System.Collections.Immutable;
using Fluid;
using Fluid.Values;

namespace Kontena.Core.Stacks.Templates;

/// <summary>The filters of the language, and no others; each pays for what it takes and gives.</summary>
internal static class TemplateFilters
{
    public static ImmutableArray<string> Names { get; } =
    [
        "abs", "append", "at_least", "at_most", "capitalize", "ceil", "compact", "concat", "date", "default", "divided_by", "downcase", "escape",
        "escape_once", "first", "floor", "join", "last", "lstrip", "map", "minus", "modulo", "newline_to_br", "plus", "prepend", "remove", "remove_first",
        "replace", "replace_first", "reverse", "round", "rstrip", "size", "slice", "sort", "sort_natural", "split", "strip", "strip_html",
        "strip_newlines", "times", "truncate", "truncatewords", "uniq", "upcase", "url_decode", "url_encode", "where",
    ];

    /// <summary>Leaves only these in the options, with the budget around them.</summary>
    public static void Restrict(TemplateOptions options, TemplateBudget budget)
    {
        var kept = new List<(string Name, FilterDelegate Filter)>();
        foreach (var name in Names)
        {
            if (options.Filters.TryGetValue(name, out var filter))
            {
                kept.Add((name, filter));
            }
        }
        options.Filters.Clear();
        foreach (var (name, filter) in kept)
        {
            options.Filters.AddFilter(name, async (input, arguments, context) =>
            {
                ChargeAhead(name, input, arguments, budget);
                var output = await filter(input, arguments, context);
                Charge(output, budget);
                return output;
            });
        }
    }

    private static void ChargeAhead(string name, FluidValue input, FilterArguments arguments, TemplateBudget budget)
    {
        if (name == "date" && input.ToStringValue() is "now" or "today")
        {
            throw new TemplateTooLargeException("The current date is not available: a stack must come out the same whenever it is read. Use a variable.");
        }
        Charge(input, budget);
        for (var i = 0; i < arguments.Count; i++)
        {
            Charge(arguments.At(i), budget);
        }
        switch (name)
        {
            case "replace" or "replace_first":
                budget.SpendText(Replaced(input.ToStringValue(), arguments.At(0).ToStringValue(), arguments.At(1).ToStringValue()));
                break;
            case "append" or "prepend":
                budget.SpendText(input.ToStringValue().Length + arguments.At(0).ToStringValue().Length);
                break;
            case "join" when input is ArrayValue list:
                budget.SpendText(list.Values.Sum(v => (long)v.ToStringValue().Length + arguments.At(0).ToStringValue().Length));
                break;
            case "concat" when input is ArrayValue list && arguments.At(0) is ArrayValue more:
                budget.SpendList(list.Values.Count + (long)more.Values.Count);
                break;
            case "split":
                budget.SpendList(arguments.At(0).ToStringValue() is { Length: > 0 } separator
                    ? input.ToStringValue().Split(separator, TemplateBudget.LongestList + 2).Length : input.ToStringValue().Length);
                break;
        }
    }

    private static long Replaced(string text, string search, string replacement)
    {
        long count = search.Length == 0 ? text.Length + 1 : 0;
        for (var at = search.Length == 0 ? -1 : text.IndexOf(search, StringComparison.Ordinal); at >= 0; at = text.IndexOf(search, at + search.Length, StringComparison.Ordinal))
        {
            count++;
        }
        return text.Length + (count * Math.Max(0, replacement.Length - search.Length));
    }

    private static void Charge(FluidValue value, TemplateBudget budget)
    {
        switch (value)
        {
            case ArrayValue list:
                budget.SpendList(list.Values.Count);
                break;
            case StringValue text:
                budget.SpendText(text.ToStringValue().Length);
                break;
            default:
                budget.Spend(16);
                break;
        }
    }
}
