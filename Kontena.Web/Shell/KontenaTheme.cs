using MudBlazor;

namespace Kontena.Web.Shell;

/// <summary>
/// Both palettes for MudBlazor. What is seen comes from wwwroot-assets/css: mud.css points MudBlazor's variables to our tokens, so
/// that a page is right before any script ran; a test holds the two against each other.
/// </summary>
public static class KontenaTheme
{
    private static readonly string[] Sans = ["IBM Plex Sans Variable", "Plex Sans Fallback", "system-ui", "sans-serif"];

    public static readonly MudTheme Theme = new()
    {
        PaletteDark = new PaletteDark
        {
            Primary = "#E4EBED", PrimaryContrastText = "#0C1113", Secondary = "#5CC6D6", SecondaryContrastText = "#0C1113",
            Background = "#0C1113", Surface = "#12191C", DrawerBackground = "#0C1113", AppbarBackground = "#0C1113",
            TextPrimary = "#E4EBED", TextSecondary = "#A6B3B9", TextDisabled = "#87969E", ActionDefault = "#A6B3B9", ActionDisabled = "#87969E",
            LinesDefault = "#222C31", LinesInputs = "#64747C", TableLines = "#222C31", Divider = "#222C31",
            Success = "#66C687", Info = "#90A6FF", Warning = "#E6B64C", Error = "#FF7D73", HoverOpacity = 0.05, RippleOpacity = 0,
        },
        PaletteLight = new PaletteLight
        {
            Primary = "#11191C", PrimaryContrastText = "#FFFFFF", Secondary = "#0A6F82", SecondaryContrastText = "#FFFFFF",
            Background = "#F3F6F6", Surface = "#FFFFFF", DrawerBackground = "#F3F6F6", AppbarBackground = "#F3F6F6",
            TextPrimary = "#11191C", TextSecondary = "#465459", TextDisabled = "#5B6A71", ActionDefault = "#465459", ActionDisabled = "#5B6A71",
            LinesDefault = "#DDE4E6", LinesInputs = "#7A8A91", TableLines = "#DDE4E6", Divider = "#DDE4E6",
            Success = "#1B7643", Info = "#3A55CC", Warning = "#855700", Error = "#BA2B2B", HoverOpacity = 0.05, RippleOpacity = 0,
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "6px", DrawerWidthLeft = "208px", AppbarHeight = "44px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Sans, FontSize = ".8125rem", FontWeight = "400", LineHeight = "1.538", LetterSpacing = "normal" },
            H1 = new H1Typography { FontSize = "1.25rem", FontWeight = "600", LineHeight = "1.4", LetterSpacing = "-.01em" },
            H3 = new H3Typography { FontSize = "1.625rem", FontWeight = "600", LineHeight = "1.308", LetterSpacing = "-.015em" },
            H4 = new H4Typography { FontSize = "1rem", FontWeight = "600", LineHeight = "1.5", LetterSpacing = "normal" },
            H6 = new H6Typography { FontSize = ".8125rem", FontWeight = "600", LineHeight = "1.538", LetterSpacing = "normal" },
            Body1 = new Body1Typography { FontSize = ".8125rem", LineHeight = "1.538", LetterSpacing = "normal" },
            Body2 = new Body2Typography { FontSize = ".75rem", LineHeight = "1.333", LetterSpacing = "normal" },
            Caption = new CaptionTypography { FontSize = ".6875rem", LineHeight = "1.455", LetterSpacing = "normal" },
            Button = new ButtonTypography { FontSize = ".8125rem", FontWeight = "500", LineHeight = "1.25rem", TextTransform = "none", LetterSpacing = "normal" },
        },
        Shadows = new Shadow { Elevation = [.. Enumerable.Repeat("none", 26)] },
    };
}
