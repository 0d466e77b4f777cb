using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace Kontena.Web.Ui;

/// <summary>Sizes of a cell, in pixels.</summary>
public enum CellSize
{
    /// <summary>7.5 × 12, in chips and in the rail.</summary>
    Small,

    /// <summary>10 × 16, in strips.</summary>
    Strip,

    /// <summary>12 × 21, in bays.</summary>
    Bay,

    /// <summary>24 × 34, in maps, with the number inside.</summary>
    Map,
}

/// <summary>Draws a cell as SVG text: pages show hundreds of them, and a string costs less than a component's tree.</summary>
public static class CellSvg
{
    private const int Steps = 20; // a fill moves in twentieths; finer is not seen at these sizes
    private static readonly ConcurrentDictionary<(CellState, CellSize, int), string> Drawn = new();

    /// <param name="watched">Share of the watch window that has passed, 0–1; only a settling cell shows it.</param>
    /// <param name="label">What a screen reader says; null when words beside the cell say it already.</param>
    /// <param name="number">Shown inside a cell of a map.</param>
    public static string Draw(CellState state, CellSize size = CellSize.Strip, double watched = 1, string? label = null, int? number = null)
    {
        var step = state is CellState.Settling ? (int)Math.Round(Math.Clamp(watched, 0, 1) * Steps) : 0;
        var shape = Drawn.GetOrAdd((state, size, step), static key => Shape(key.Item1, key.Item2, key.Item3 / (double)Steps));
        var (width, height) = Box(size);
        var voice = label is null ? "aria-hidden=\"true\"" : $"role=\"img\" aria-label=\"{WebUtility.HtmlEncode(label)}\"";
        var inside = number is null || size is not CellSize.Map ? ""
            : Svg($"<text class=\"n\" x=\"{width / 2}\" y=\"{height / 2 + 0.5}\">{number}</text>");
        return Svg($"<svg class=\"k-cell k-cell-{state.CssName()}\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" {voice}>")
            + shape + inside + "</svg>";
    }

    private static (double Width, double Height) Box(CellSize size) => size switch
    {
        CellSize.Small => (7.5, 12),
        CellSize.Strip => (10, 16),
        CellSize.Bay => (12, 21),
        _ => (24, 34),
    };

    private static string Shape(CellState state, CellSize size, double watched)
    {
        var (w, h) = Box(size);
        var r = w * 0.15;
        var line = size switch { CellSize.Small => 1.25, CellSize.Map => 2, _ => 1.5 };
        return state switch
        {
            CellState.Running => Filled("f", 0, 0, w, h, r),
            CellState.Settling => Filled("f", line, line + (h - 2 * line) * (1 - watched), w - 2 * line, (h - 2 * line) * watched, 0)
                + Outline(w, h, r, line, null),
            CellState.Starting => Stripes(w, h, line) + Outline(w, h, r, line, null),
            CellState.Unhealthy => Svg($"<path class=\"b\" fill-rule=\"evenodd\" d=\"{Rounded(0, 0, w, h, r)}{Bar(w * .42, h * .2, w * .16, h * .36)}{Bar(w * .42, h * .66, w * .16, w * .17)}\"/>"),
            CellState.Restarting => Filled("b", 0, 0, w, h * .26, r) + Filled("b", 0, h * .37, w, h * .26, r) + Filled("b", 0, h * .74, w, h * .26, r),
            CellState.Missing => Outline(w, h, r, line, null)
                + Svg($"<path class=\"o\" stroke-width=\"{line}\" d=\"M{w * .32} {h / 2 - w * .18}l{w * .36} {w * .36}m0 {-w * .36}l{-w * .36} {w * .36}\"/>"),
            CellState.NoNode => Outline(w, h, r, line, Svg($"{w * .28} {w * .17}")),
            CellState.Stopped => Filled("b", 0, h * .66, w, h * .34, r),
            CellState.Moved => Outline(w, h, r, line, Svg($"{line} {line * 1.2}")),
            CellState.Room => Outline(w, h, r, 1, null),
            _ => Outline(w, h, r, line, null),
        };
    }

    private static string Filled(string kind, double x, double y, double w, double h, double r) =>
        h <= 0 ? "" : Svg($"<rect class=\"{kind}\" x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{w:0.##}\" height=\"{h:0.##}\" rx=\"{r:0.##}\"/>");

    private static string Outline(double w, double h, double r, double line, string? dashes) => Svg(
        $"<rect class=\"o\" x=\"{line / 2:0.##}\" y=\"{line / 2:0.##}\" width=\"{w - line:0.##}\" height=\"{h - line:0.##}\" rx=\"{r:0.##}\" stroke-width=\"{line:0.##}\"{(dashes is null ? "" : $" stroke-dasharray=\"{dashes}\"")}/>");

    /// <summary>Rising stripes, cut off by an inner picture, so that no ids are needed.</summary>
    private static string Stripes(double w, double h, double line)
    {
        var (inner, tall) = (w - 2 * line, h - 2 * line);
        var every = Math.Max(4.8, h * .3);
        var path = string.Concat(Enumerable.Range(-1, (int)(h / every) + 4)
            .Select(i => Svg($"M{-1:0.##} {i * every + inner * .9 + 1:0.##}L{inner + 1:0.##} {i * every - 1:0.##}")));
        return Svg($"<svg x=\"{line}\" y=\"{line}\" width=\"{inner:0.##}\" height=\"{tall:0.##}\"><path class=\"o s\" stroke-width=\"{line * 1.1:0.##}\" d=\"{path}\"/></svg>");
    }

    private static string Rounded(double x, double y, double w, double h, double r) => Svg(
        $"M{x + r:0.##} {y:0.##}h{w - 2 * r:0.##}a{r:0.##} {r:0.##} 0 0 1 {r:0.##} {r:0.##}v{h - 2 * r:0.##}a{r:0.##} {r:0.##} 0 0 1 {-r:0.##} {r:0.##}h{-(w - 2 * r):0.##}a{r:0.##} {r:0.##} 0 0 1 {-r:0.##} {-r:0.##}v{-(h - 2 * r):0.##}a{r:0.##} {r:0.##} 0 0 1 {r:0.##} {-r:0.##}z");

    private static string Bar(double x, double y, double w, double h) => Svg($"M{x:0.##} {y:0.##}h{w:0.##}v{h:0.##}h{-w:0.##}z");

    private static string Svg(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
