using Bunit;
using Kontena.Web.Shell;
using MudBlazor;
using MudBlazor.Services;
using Xunit;

namespace Kontena.Web.Tests.Shell;

public sealed class ContrastTests : BunitContext
{
    /// <summary>Token, its least contrast on the ground and on a surface; dark, then light.</summary>
    public static TheoryData<string, string, double, double> Pairs => new()
    {
        { "dark", "text", 15.7, 14.7 }, { "light", "text", 16.4, 17.8 },
        { "dark", "text-2", 8.8, 8.3 }, { "light", "text-2", 7.2, 7.9 },
        { "dark", "text-3", 6.2, 5.8 }, { "light", "text-3", 5.2, 5.6 },
        { "dark", "control", 3.9, 3.7 }, { "light", "control", 3.3, 3.6 },
        { "dark", "accent", 9.5, 8.9 }, { "light", "accent", 5.4, 5.8 },
        { "dark", "good", 9.0, 8.5 }, { "light", "good", 5.2, 5.6 },
        { "dark", "good-fill", 4.8, 4.5 }, { "light", "good-fill", 3.2, 3.5 },
        { "dark", "progress", 8.2, 7.7 }, { "light", "progress", 5.8, 6.3 },
        { "dark", "warn", 10.1, 9.4 }, { "light", "warn", 5.8, 6.2 },
        { "dark", "warn-fill", 10.1, 9.4 }, { "light", "warn-fill", 3.3, 3.6 },
        { "dark", "crit", 7.6, 7.1 }, { "light", "crit", 5.6, 6.1 },
        { "dark", "neutral", 7.2, 6.8 }, { "light", "neutral", 5.5, 6.0 },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_colour_keeps_its_contrast(string theme, string token, double onGround, double onSurface)
    {
        var sheet = TokenSheet.Of(theme);

        Assert.True(Rounded(sheet[token], sheet["ground"]) >= onGround, $"{theme} {token} on ground: {Rounded(sheet[token], sheet["ground"])}");
        Assert.True(Rounded(sheet[token], sheet["surface"]) >= onSurface, $"{theme} {token} on surface: {Rounded(sheet[token], sheet["surface"])}");
    }

    [Theory]
    [InlineData("dark")]
    [InlineData("light")]
    public void Words_and_cells_stay_readable_on_every_wash(string theme)
    {
        var sheet = TokenSheet.Of(theme);
        foreach (var wash in sheet.Values.Keys.Where(token => token.StartsWith("wash-", StringComparison.Ordinal)))
        {
            var below = TokenSheet.Over(sheet[wash], sheet["surface"]);
            Assert.True(Rounded(sheet[wash[5..]], below) >= 4.5, $"{theme} {wash}: own colour {Rounded(sheet[wash[5..]], below)}");
            Assert.True(Rounded(sheet["text-2"], below) >= 6.0, $"{theme} {wash}: text-2 {Rounded(sheet["text-2"], below)}");
            Assert.True(Rounded(sheet["text-3"], below) >= 4.5, $"{theme} {wash}: text-3 {Rounded(sheet["text-3"], below)}");
            Assert.True(Rounded(sheet["good-fill"], below) >= 3.0, $"{theme} {wash}: good-fill {Rounded(sheet["good-fill"], below)}");
        }
    }

    [Theory]
    [InlineData("dark")]
    [InlineData("light")]
    public void Every_series_can_be_told_from_the_surface(string theme)
    {
        var sheet = TokenSheet.Of(theme);

        Assert.All(Enumerable.Range(1, 6), number =>
            Assert.InRange(TokenSheet.Contrast(sheet[$"series-{number}"], sheet["surface"]), 3, 21));
    }

    [Theory]
    [InlineData("dark")]
    [InlineData("light")]
    public void The_primary_button_is_ink_with_readable_words(string theme)
    {
        var sheet = TokenSheet.Of(theme);

        Assert.InRange(TokenSheet.Contrast(sheet["on-ink"], sheet["ink"]), 15.7, 21);
    }

    [Fact]
    public void Following_the_system_in_the_dark_looks_the_same_as_choosing_it() =>
        Assert.Equal(TokenSheet.Dark.Values.OrderBy(pair => pair.Key), TokenSheet.SystemDark.Values.OrderBy(pair => pair.Key));

    [Fact]
    public void Both_themes_know_the_same_colours() =>
        Assert.Equal(TokenSheet.Light.Values.Keys.Order(), TokenSheet.Dark.Values.Keys.Order());

    [Theory]
    [InlineData("dark", true)]
    [InlineData("light", false)]
    public void MudBlazors_palette_has_our_colours(string theme, bool dark)
    {
        Services.AddMudServices();
        JSInterop.Mode = JSRuntimeMode.Loose;
        var style = Render<MudThemeProvider>(parameters => parameters.Add(p => p.Theme, KontenaTheme.Theme).Add(p => p.IsDarkMode, dark)).Markup;
        var sheet = TokenSheet.Of(theme);

        foreach (var (variable, token) in new[]
        {
            ("primary", "ink"), ("primary-text", "on-ink"), ("secondary", "accent"), ("info", "progress"), ("success", "good"),
            ("warning", "warn"), ("error", "crit"), ("background", "ground"), ("surface", "surface"), ("text-primary", "text"),
            ("text-secondary", "text-2"), ("lines-default", "line"), ("lines-inputs", "control"), ("divider", "line"),
        })
        {
            Assert.Contains($"--mud-palette-{variable}: {Mud(sheet[token])};", style, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static string Mud(string hex) => new MudBlazor.Utilities.MudColor(hex).ToString(MudBlazor.Utilities.MudColorOutputFormats.RGBA);

    private static double Rounded(string a, string b) => Math.Round(TokenSheet.Contrast(a, b), 1);
}
