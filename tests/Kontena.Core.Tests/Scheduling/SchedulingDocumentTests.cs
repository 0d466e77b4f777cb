using System.Text.Json;
using System.Text.RegularExpressions;
using Kontena.Core.Deploys;
using Kontena.Core.Scheduling;
using Kontena.Core.Services;

namespace Kontena.Core.Tests.Scheduling;

/// <summary><c>docs/scheduling.md</c> says what the code does.</summary>
public sealed partial class SchedulingDocumentTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Scheduling", "scheduling.md"));

    [Fact]
    public void Every_code_has_its_row_in_order_and_no_row_is_left_over() => Assert.Equal(
        Enum.GetNames<FilterCode>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName),
        CodeRow().Matches(Section("Filters")).Select(match => match.Groups[1].Value));

    [Fact]
    public void Every_strategy_has_its_section() => Assert.All(Planner.StrategyNames, name => Assert.Contains($"\n### {name}\n", Text, StringComparison.Ordinal));

    [Fact]
    public void Every_filter_has_its_section() => Assert.All(
        ["availability", "ephemeral", "volume_driver", "volume_pinned", "affinity", "port", "cpu", "memory", "reservation", "dependencies"],
        (string name) => Assert.Contains($"\n### {name}\n", Text, StringComparison.Ordinal));

    [Fact]
    public void The_table_of_shares_is_right()
    {
        var rows = ShareRow().Matches(Section("Rolling deploy"));
        Assert.NotEmpty(rows);
        Assert.All(rows, row =>
        {
            var numbers = row.Groups.Values.Skip(1).Select(g => decimal.Parse(g.Value, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
            var spec = Some.Service() with { Deploy = new DeployOptions { MinHealth = numbers[1] } };
            Assert.Equal((numbers[2], numbers[3]), (DeploySteps.Required(spec, (int)numbers[0]), DeploySteps.Limit(spec, (int)numbers[0])));
        });
    }

    private static string Section(string title) => Text.Split($"\n## {title}\n")[1].Split("\n## ")[0];

    [GeneratedRegex(@"^\| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex CodeRow();

    [GeneratedRegex(@"^\| (\d+) \| ([\d.]+) \| (\d+) \| (\d+) \|", RegexOptions.Multiline)]
    private static partial Regex ShareRow();
}
