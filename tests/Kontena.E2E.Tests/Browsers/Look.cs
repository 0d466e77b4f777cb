using Microsoft.Playwright;

namespace Kontena.E2E.Tests.Browsers;

/// <summary>How a person looks at a page: theme and size of the window.</summary>
public sealed record Look(ColorScheme Theme, int Width, int Height)
{
    public static readonly Look DesktopDark = new(ColorScheme.Dark, 1280, 800);
    public static readonly Look DesktopLight = new(ColorScheme.Light, 1280, 800);
    public static readonly Look PhoneDark = new(ColorScheme.Dark, 390, 844);
    public static readonly Look PhoneLight = new(ColorScheme.Light, 390, 844);

    public static IReadOnlyList<Look> All { get; } = [DesktopDark, DesktopLight, PhoneDark, PhoneLight];

    public bool IsPhone => Width < 600;

    /// <summary>As the pictures in docs/screenshots are named: <c>dark</c>, <c>light</c>, <c>phone-dark</c>, <c>phone-light</c>.</summary>
    public string Name => (IsPhone ? "phone-" : "") + (Theme == ColorScheme.Dark ? "dark" : "light");

    public override string ToString() => Name;
}
