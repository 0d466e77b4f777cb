namespace Kontena.Web.Shell;

/// <summary>The theme that this browser asked for; kept in a cookie, so that the first answer already has it.</summary>
public enum ThemeChoice
{
    System,
    Light,
    Dark,
}

internal static class ThemeChoices
{
    public const string Cookie = "k-theme";

    public static ThemeChoice Of(HttpContext? context) => context?.Request.Cookies[Cookie] switch
    {
        "light" => ThemeChoice.Light,
        "dark" => ThemeChoice.Dark,
        _ => ThemeChoice.System,
    };

    public static string Word(this ThemeChoice choice) => choice.ToString().ToLowerInvariant();
}
