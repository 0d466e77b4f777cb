using System.Globalization;
using System.Text;

namespace Kontena.Web.Ui;

internal static class SparkPath
{
    private const int Points = 36;

    /// <summary>The path of the line and of the area below it; both empty when there are fewer than two points.</summary>
    public static (string Line, string Area) Draw(IReadOnlyList<double> values, double? max, int width, int height)
    {
        var newest = values.Skip(Math.Max(0, values.Count - Points)).Where(double.IsFinite).ToArray();
        if (newest.Length < 2)
        {
            return ("", "");
        }
        var top = Math.Max(max ?? newest.Max(), double.Epsilon);
        var line = new StringBuilder();
        for (var i = 0; i < newest.Length; i++)
        {
            var x = i * width / (double)(newest.Length - 1);
            var y = 1 + (height - 2) * (1 - Math.Clamp(newest[i] / top, 0, 1));
            line.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? 'M' : 'L')}{x:0.#} {y:0.#}");
        }
        return (line.ToString(), string.Create(CultureInfo.InvariantCulture, $"{line}V{height}H0Z"));
    }
}
