using System.Collections.Immutable;
using System.Text.Json;
using Kontena.Core.Nodes;
using Kontena.Core.Scheduling;
using Kontena.Core.Services;

namespace Kontena.Core.Tests.Scheduling;

/// <summary>Runs the files in <c>Cases</c>: a grid, one question, and the only acceptable answer.</summary>
public sealed class ConformanceTests
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Scheduling", "Cases");

    public static TheoryData<string> Cases(string kind) => [.. Directory.GetFiles(Folder, "*.json").Order()
        .Select(file => Path.GetFileNameWithoutExtension(file)).Where(id => Case.Read(Folder, id).Kind == kind)];

    [Theory]
    [MemberData(nameof(Cases), "candidates")]
    public void The_candidates_are_those_of_the_case(string id)
    {
        var (grid, asked, expect) = Case.Read(Folder, id);
        var candidates = Planner.CandidatesFor(grid, asked.Service, asked.Instance);
        if (expect.Error is { } error)
        {
            Assert.Equal((error.Code, true), (Code(candidates.Error), candidates.IsEmpty));
            Assert.Equal(grid.Nodes.Select(n => n.Name).Order(), candidates.Rejected.Select(r => r.Node).Order());
        }
        else
        {
            Assert.Equal(expect.Candidates!.Order(), candidates.Nodes.Select(n => n.Name).Order());
            Assert.Null(candidates.Error);
        }
    }

    [Theory]
    [MemberData(nameof(Cases), "deploy")]
    public void The_plan_is_that_of_the_case(string id)
    {
        var (grid, asked, expect) = Case.Read(Folder, id);
        var plan = Planner.Plan(grid, asked.Service);
        var nodes = grid.Nodes.ToDictionary(n => n.Id);

        Assert.Equal((expect.Error?.Instance, expect.Error?.Code), (plan.Error?.Number, Code(plan.Error?.Code)));
        Same(expect.InstanceCount, plan.Count);
        Same(expect.Removed, plan.Removed.Order());
        Same(expect.Skipped, plan.Skipped);
        Same(expect.Assign?.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}: {a.Value}"),
            plan.Placements.Select(p => $"{p.Number}: {nodes[p.NodeId].Name}"));
        Same(Lines(expect.Counts), Lines(plan.Placements.CountBy(p => nodes[p.NodeId].Name)));
        Same(Lines(expect.Zones), Lines(plan.Placements.CountBy(p => nodes[p.NodeId].Zone)));
        Assert.All(plan.Placements, p => Assert.EndsWith(".", p.Why, StringComparison.Ordinal));
        if (plan.Error is { } error)
        {
            var name = $"{grid.Services.Single(s => s.Id == asked.Service).Name}-{error.Number}";
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
            Assert.All(grid.Nodes, node => Assert.Contains(node.Name, error.Message, StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Cases), "deploy")]
    public void The_order_of_the_lists_changes_nothing(string id)
    {
        var (grid, asked, _) = Case.Read(Folder, id);
        var turned = grid with
        {
            Nodes = [.. grid.Nodes.Reverse()],
            Services = [.. grid.Services.Reverse().Select(s => s with { Rows = [.. s.Rows.Reverse()] })],
        };
        Assert.Equal(
            JsonSerializer.Serialize(Planner.Plan(grid, asked.Service)), JsonSerializer.Serialize(Planner.Plan(turned, asked.Service)));
    }

    [Theory]
    [MemberData(nameof(Cases), "reschedule")]
    public void The_background_check_answers_as_the_case_says(string id)
    {
        var @case = Case.Read(Folder, id);
        var (grid, asked, expect) = @case;
        Assert.Equal(expect.Reschedule, BackgroundCheck.Look(grid, @case.Asked.History(asked.Service), Case.Now) is not null);
    }

    private static string? Code(FilterCode? code) => code is { } known ? JsonNamingPolicy.SnakeCaseLower.ConvertName(known.ToString()) : null;

    private static IEnumerable<string>? Lines(IEnumerable<KeyValuePair<string, int>>? counts) =>
        counts?.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key}: {c.Value}");

    private static void Same<T>(T? expected, T actual)
        where T : struct
    {
        if (expected is { } known)
        {
            Assert.Equal(known, actual);
        }
    }

    /// <summary>What a case does not name is not checked.</summary>
    private static void Same<T>(IEnumerable<T>? expected, IEnumerable<T>? actual)
    {
        if (expected is not null)
        {
            Assert.Equal(expected, actual);
        }
    }
}
