using System.Text.RegularExpressions;
using Kontena.Core.Problems;

namespace Kontena.Core.Scheduling;

public enum AffinityKey
{
    Node,
    Label,
    Service,
    Container,
}

/// <summary>One rule such as <c>label==ssd</c>, <c>node!=~fsn-1</c> or <c>service==/^db/</c>.</summary>
/// <remarks>docs/scheduling.md, affinity.</remarks>
public sealed class AffinityRule
{
    /// <summary>A rule longer than this is no rule that a person wrote.</summary>
    public const int MaxLength = 1_000;

    private static readonly TimeSpan MatchLimit = TimeSpan.FromMilliseconds(100);

    private readonly string _value;
    private readonly Regex? _pattern;

    private AffinityRule(string text, AffinityKey key, bool negated, bool soft, string value, Regex? pattern) =>
        (Text, Key, Negated, Soft, _value, _pattern) = (text, key, negated, soft, value, pattern);

    /// <summary>As written, with the instance number in place.</summary>
    public string Text { get; }

    public AffinityKey Key { get; }

    public bool Negated { get; }

    /// <summary>Changes nothing when no node meets it.</summary>
    public bool Soft { get; }

    /// <summary>The value as text; for a pattern, the text between the slashes.</summary>
    public string Value => _value;

    public bool IsPattern => _pattern is not null;

    /// <summary>
    /// Splits at the last operator that leaves something on either side. Nothing is trimmed and case matters.
    /// </summary>
    public static Result<AffinityRule> Parse(string text)
    {
        if (text.Length > MaxLength)
        {
            return Bad(text[..40] + "…", $"is longer than {MaxLength} characters");
        }
        for (var at = text.Length - 3; at > 0; at--)
        {
            if (text[at + 1] != '=' || text[at] is not ('=' or '!'))
            {
                continue;
            }
            var value = text[(at + 2)..];
            var soft = value.Length > 1 && value[0] == '~';
            return Of(text, text[..at], text[at] == '!', soft, soft ? value[1..] : value);
        }
        return Bad(text, "has no == or != between a key and a value");
    }

    /// <exception cref="RegexMatchTimeoutException">The pattern took longer than a tenth of a second.</exception>
    public bool Matches(string candidate) => _pattern?.IsMatch(candidate) ?? string.Equals(candidate, _value, StringComparison.Ordinal);

    private static Result<AffinityRule> Of(string text, string key, bool negated, bool soft, string value)
    {
        AffinityKey? known = key switch
        {
            "node" => AffinityKey.Node,
            "label" => AffinityKey.Label,
            "service" => AffinityKey.Service,
            "container" => AffinityKey.Container,
            _ => null,
        };
        if (known is not { } known1)
        {
            return Bad(text, $"begins with '{key}'; use node, label, service or container");
        }
        if (value.Length < 2 || value[0] != '/' || value[^1] != '/')
        {
            return new AffinityRule(text, known1, negated, soft, value, null);
        }
        try
        {
            var pattern = new Regex(value[1..^1], RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, MatchLimit);
            return new AffinityRule(text, known1, negated, soft, value[1..^1], pattern);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return Bad(text, $"has a regular expression that cannot be used ({e.Message.TrimEnd('.')})");
        }
    }

    private static Problem Bad(string text, string what) =>
        Problem.Invalid("affinity_invalid", $"The affinity rule '{text}' {what}.");
}
