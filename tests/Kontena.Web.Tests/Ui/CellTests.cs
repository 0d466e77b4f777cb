using Bunit;
using CsCheck;
using Kontena.Web.Ui;
using Xunit;

namespace Kontena.Web.Tests.Ui;

public sealed class CellTests : BunitContext
{
    [Fact]
    public void Each_state_has_a_form_of_its_own_and_not_only_a_colour()
    {
        foreach (var size in Enum.GetValues<CellSize>())
        {
            var forms = Enum.GetValues<CellState>().ToDictionary(state => state, state =>
                CellSvg.Draw(state, size, 0.5).Split('>', 2)[1]); // without the outer element and its colour
            Assert.All(forms.GroupBy(form => form.Value).Where(same => same.Count() > 1), same =>
                Assert.Fail($"{size}: {string.Join(", ", same.Select(form => form.Key))} look the same"));
        }
    }

    [Fact]
    public void A_settling_cell_fills_up_with_the_time_watched() =>
        Gen.Select(Gen.Double[0, 1], Gen.Double[0, 1]).Sample((a, b) =>
            a > b || FillOf(a) <= FillOf(b));

    [Fact]
    public void A_cell_with_a_label_is_a_picture_with_a_name_and_the_name_is_data()
    {
        var cell = Render<InstanceCell>(parameters => parameters.Add(p => p.State, CellState.Running).Add(p => p.Label, "<b>\"web\"</b>"));

        var svg = cell.Find("svg");
        Assert.Equal(("img", "<b>\"web\"</b>"), (svg.GetAttribute("role"), svg.GetAttribute("aria-label")));
        Assert.Empty(cell.FindAll("b"));
    }

    [Fact]
    public void A_cell_beside_its_word_is_hidden_from_screen_readers()
    {
        var chip = Render<StatusChip>(parameters => parameters.Add(p => p.State, CellState.NoNode));

        Assert.Equal("true", chip.Find("svg").GetAttribute("aria-hidden"));
        Assert.Equal("No node", chip.Find(".k-chip").TextContent);
        Assert.Contains("k-chip-crit", chip.Find(".k-chip").ClassName, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("all 3 running", CellState.Running, CellState.Running, CellState.Running)]
    [InlineData("1 stopped", CellState.Stopped)]
    [InlineData("2 of 4 running, 1 without a node, 1 settling", CellState.Running, CellState.Settling, CellState.NoNode, CellState.Running)]
    [InlineData("1 of 2 missing, 1 starting", CellState.Starting, CellState.Missing)]
    [InlineData("no instances")]
    [InlineData("1 running", CellState.Room, CellState.Running, CellState.Moved)]
    public void A_strip_says_its_sentence(string sentence, params CellState[] states) => Assert.Equal(sentence, states.Sentence());

    [Fact]
    public void A_strip_leaves_a_gap_between_nodes()
    {
        var strip = Render<InstanceStrip>(parameters => parameters.Add(p => p.Cells,
            [new(CellState.Running, Node: "a"), new(CellState.Running, Node: "a"), new(CellState.Running, Node: "b")]));

        Assert.Equal([null, null, "k-gap"], strip.FindAll(".k-strip > span").Select(cell => cell.ClassName is "" ? null : cell.ClassName));
        Assert.Equal("all 3 running", strip.Find("[role=img]").GetAttribute("aria-label"));
    }

    [Fact]
    public void A_strip_of_many_shows_one_cell_per_state_with_its_count()
    {
        var strip = Render<InstanceStrip>(parameters => parameters.Add(p => p.Cells,
            [.. Enumerable.Repeat(new StripCell(CellState.Running), 30), new StripCell(CellState.Missing)]));

        Assert.Equal(["30", "1"], strip.FindAll(".k-cell-count").Select(count => count.TextContent.Trim()));
    }

    [Fact]
    public void The_worst_member_stands_for_all() =>
        Gen.Enum<CellState>().List[1, 20].Sample(states =>
            states.Worst() is { } worst && states.All(state => state.Severity() <= worst.Severity()) && states.Contains(worst));

    private static double FillOf(double watched)
    {
        var svg = CellSvg.Draw(CellState.Settling, CellSize.Map, watched);
        var at = svg.IndexOf("class=\"f\"", StringComparison.Ordinal);
        return at < 0 ? 0 : double.Parse(svg[at..].Split("height=\"")[1].Split('"')[0], System.Globalization.CultureInfo.InvariantCulture);
    }
}
