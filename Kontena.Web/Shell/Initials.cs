namespace Kontena.Web.Shell;

internal static class Initials
{
    /// <summary>First letters of the first and the last word: "AL" of "Anna Lindqvist", "R" of "root@example.org".</summary>
    public static string Of(string name)
    {
        var words = name.Split('@')[0].Split([' ', '.', '-', '_'], StringSplitOptions.RemoveEmptyEntries);
        return words.Length switch
        {
            0 => "?",
            1 => Letter(words[0]),
            _ => Letter(words[0]) + Letter(words[^1]),
        };
    }

    private static string Letter(string word) => word.EnumerateRunes().First().ToString().ToUpperInvariant();
}
