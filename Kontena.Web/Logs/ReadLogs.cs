using Kontena.Core.Problems;
using Kontena.Web.Identity;
using Kontena.Web.Services;

namespace Kontena.Web.Logs;

/// <summary>A page of stored lines before a given one.</summary>
internal sealed class ReadLogs(FollowLogs follow, LogReader reader)
{
    private const int MostLines = 1_000;

    /// <param name="before">The id of a line; null or empty for the latest page.</param>
    public async Task<Result<LogPage>> HandleAsync(ServicePath path, int? number, string? before, int count, Actor actor, CancellationToken cancel)
    {
        var service = await follow.OpenAsync(path, actor, cancel);
        if (!service.Ok)
        {
            return service.Problem;
        }
        var place = LogLineId.Parse(before);
        if (place is null && !string.IsNullOrEmpty(before))
        {
            return Problem.Invalid("bad_place", "That is not the id of a log line. Reload the page to read the latest lines.");
        }
        var found = await reader.ReadAsync(
            new(service.Value.Id, number, place, 0, long.MaxValue, Math.Clamp(count, 1, MostLines)), cancel, cancel);
        return new LogPage([.. found.Entries.Select(e => LiveLine.Of(service.Value.Name, e))], found.More, found.OutOfTime);
    }
}
