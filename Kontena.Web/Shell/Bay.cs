using System.Globalization;
using System.Text;

namespace Kontena.Web.Shell;

/// <summary>The picture beside the sign-in: a bay full of cells, in which the taken ones form the mark.</summary>
internal static class Bay
{
    private const int Columns = 26;
    private const int Rows = 22;
    private const int Wide = 28;
    private const int Tall = 42;

    public static string Svg { get; } = Draw();

    private static string Draw()
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg viewBox=\"0 0 {Columns * Wide} {Rows * Tall}\" preserveAspectRatio=\"xMidYMid slice\" xmlns=\"http://www.w3.org/2000/svg\">");
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                Cell(svg, row, column);
            }
        }
        return svg.Append("</svg>").ToString();
    }

    private static void Cell(StringBuilder svg, int row, int column)
    {
        var chance = Scatter(row, column);
        var kind = Mark(row - 5, column - 8) ?? (chance < 22 ? null : chance < 68 ? "e" : "t");
        if (kind is null)
        {
            return;
        }
        var opacity = kind is "i" or "a" ? 0.72 + chance % 29 / 100.0 : 1;
        var (x, y, line) = (column * Wide + 5.5, row * Tall + 6.5, kind is "e" ? 1 : 0);
        svg.Append(CultureInfo.InvariantCulture,
            $"<rect class=\"{kind}\" x=\"{x + line / 2.0}\" y=\"{y + line / 2.0}\" width=\"{17 - line}\" height=\"{29 - line}\" rx=\"2.5\"");
        svg.Append(CultureInfo.InvariantCulture, $"{(opacity < 1 ? $" opacity=\"{opacity:0.##}\"" : "")}/>");
    }

    /// <summary>The class of a cell inside of the mark, 11 rows by 10 columns; null outside.</summary>
    private static string? Mark(int row, int column) => (row, column) switch
    {
        ( >= 0 and < 11, >= 0 and < 3) => "i",
        ( >= 0 and < 4, >= 7 and < 10) => "a",
        ( >= 4 and < 7, >= 4 and < 6) => "i",
        ( >= 7 and < 11, >= 7 and < 10) => "i",
        _ => null,
    };

    /// <summary>0–99, always the same for the same place.</summary>
    private static int Scatter(int row, int column)
    {
        var mixed = unchecked((uint)(row * 73_856_093 ^ column * 19_349_663) * 2_654_435_761u);
        return (int)((mixed >> 13) % 100);
    }
}
