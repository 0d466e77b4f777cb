namespace Kontena.Web.Ui;

/// <summary>From when on fullness deserves a colour.</summary>
public static class Usage
{
    public const double Near = 0.8;
    public const double Full = 0.9;

    /// <summary>The class of a bar; null below 80 %.</summary>
    public static string? Level(double value) => value >= Full ? "k-full" : value >= Near ? "k-near" : null;

    /// <summary>The class of the number beside it.</summary>
    public static string? Words(double value) => value >= Full ? "k-crit" : value >= Near ? "k-warn" : null;
}
