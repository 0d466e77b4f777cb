using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Kontena.Core.Logs;
using Kontena.Core.Problems;
using Kontena.Web.Identity;
using Kontena.Web.Services;
using Microsoft.Extensions.Options;

namespace Kontena.Web.Logs;

/// <summary>The latest stored lines that hold a text or match an expression, within a limit of time.</summary>
internal sealed class SearchLogs(FollowLogs follow, LogReader reader, IOptions<LogOptions> options, TimeProvider time)
{
    private const int MostLines = 1_000;
    private const int LongestText = 500;

    /// <param name="text">Upper and lower case are the same.</param>
    /// <param name="from">Milliseconds since 1970; null for no bound.</param>
    public async Task<Result<LogPage>> HandleAsync(
        ServicePath path, int? number, string text, bool regex, long? from, long? to, int count, Actor actor, CancellationToken cancel)
    {
        var service = await follow.OpenAsync(path, actor, cancel);
        if (!service.Ok)
        {
            return service.Problem;
        }
        var matcher = Matcher(text, regex);
        if (!matcher.Ok)
        {
            return matcher.Problem;
        }
        using var enough = new CancellationTokenSource(options.Value.SearchFor, time);
        var found = await reader.ReadAsync(new(service.Value.Id, number, null, Nanoseconds(from ?? 0), Nanoseconds(to ?? long.MaxValue, end: true),
            Math.Clamp(count, 1, MostLines), matcher.Value), enough.Token, cancel);
        return new LogPage([.. found.Entries.Select(e => LiveLine.Of(service.Value.Name, e))], found.More, found.OutOfTime);
    }

    /// <remarks>An expression is matched without going back, so its time is linear in the line whatever it is.</remarks>
    internal static Result<Predicate<LogLine>> Matcher(string? text, bool regex)
    {
        if (string.IsNullOrEmpty(text) || text.Length > LongestText)
        {
            return Problem.Invalid("bad_search", $"Search for a text of 1 to {LongestText} characters.");
        }
        if (!regex)
        {
            var values = SearchValues.Create([text], StringComparison.OrdinalIgnoreCase);
            SpanPredicate contains = chars => chars.ContainsAny(values);
            return (Predicate<LogLine>)(line => Decoded(line, contains));
        }
        try
        {
            var expression = new Regex(text, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            SpanPredicate matches = chars => IsMatch(expression, chars);
            return (Predicate<LogLine>)(line => Decoded(line, matches));
        }
        catch (ArgumentException e)
        {
            return Problem.Invalid("bad_search", $"This is not a regular expression: {e.Message} Mend it, or search for plain text.");
        }
        catch (NotSupportedException)
        {
            return Problem.Invalid("bad_search",
                "This regular expression cannot be searched for: look-around, back references, atomic groups and very large repeats are not supported.");
        }
    }

    private static bool IsMatch(Regex expression, ReadOnlySpan<char> chars)
    {
        try
        {
            return expression.IsMatch(chars);
        }
        catch (RegexMatchTimeoutException)
        {
            return false; // a line that one second is not enough for is not a hit
        }
    }

    private static bool Decoded(in LogLine line, SpanPredicate matches)
    {
        var chars = ArrayPool<char>.Shared.Rent(line.Text.Length);
        try
        {
            return matches(chars.AsSpan(0, Encoding.UTF8.GetChars(line.Text.Span, chars)));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(chars);
        }
    }

    private static long Nanoseconds(long milliseconds, bool end = false)
    {
        const long most = long.MaxValue / 1_000_000;
        return milliseconds <= 0 ? 0 : milliseconds >= most ? long.MaxValue : milliseconds * 1_000_000 + (end ? 999_999 : 0);
    }

    private delegate bool SpanPredicate(ReadOnlySpan<char> chars);
}
