using System.Collections.Immutable;
using Kontena.Core.Problems;
using Kontena.Core.Services;
using Kontena.Core.Stacks;
using Kontena.Web.Data;
using Kontena.Web.Events;
using Kontena.Web.Grids;
using Kontena.Web.Identity;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Stacks;

/// <param name="Stack">The stack's name; null takes the one of the file.</param>
/// <param name="Main">The file to start from.</param>
/// <param name="Files">File name to text.</param>
/// <param name="Values">Given values of variables.</param>
/// <param name="BasedOn">The latest revision that the writer saw; 0 for a new stack.</param>
internal sealed record SaveStackRequest(
    string Grid, string? Stack, string Main, ImmutableSortedDictionary<string, string> Files, ImmutableSortedDictionary<string, string> Values, int BasedOn);

/// <param name="Findings">All errors when nothing was saved; otherwise only warnings.</param>
/// <param name="Revision">0 when nothing was saved.</param>
internal sealed record SavedStack(string Stack, int Revision, ImmutableArray<StackFinding> Findings)
{
    public bool Saved => Revision > 0;
}

/// <summary>Stores what was written as a new revision. Changes nothing in the grid: that is what a deploy does.</summary>
internal sealed class SaveStack(IDbContextFactory<KontenaDb> databases, ChangeFeed changes, TimeProvider time)
{
    private const int MostFiles = 20;
    private const int LargestTotalBytes = 4 * 1024 * 1024;

    public async Task<Result<SavedStack>> HandleAsync(SaveStackRequest request, Actor actor, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var opened = await db.OpenGridAsync(request.Grid, actor, Capability.ChangeStacks, "save stacks", cancel);
        if (!opened.Ok)
        {
            return opened.Problem;
        }
        if (request.Files.Count > MostFiles || request.Files.Sum(f => (long)f.Value.Length) > LargestTotalBytes)
        {
            return Problem.Invalid("too_large", $"A stack has at most {MostFiles} files of 4 MiB together. Split it into several stacks.");
        }
        var reading = StackReader.Read(request.Source());
        if (reading.Spec is not { } spec)
        {
            return new SavedStack(request.Stack ?? "", 0, reading.Findings);
        }
        if (await CheckAsync(db, opened.Value, spec, cancel) is { } refusal)
        {
            return refusal;
        }
        var now = time.GetUtcNow();
        var stack = await db.Stacks.SingleOrDefaultAsync(s => s.GridId == opened.Value.Id && s.Name == spec.Name, cancel);
        if (request.BasedOn == 0 && stack is not null)
        {
            return Problem.Conflict("taken", $"There is a stack named '{spec.Name}' in grid '{request.Grid}' already. Choose another name, or open that stack and edit it.");
        }
        if (request.BasedOn != 0 && stack is null)
        {
            return Problem.NotFound("stack", spec.Name);
        }
        if (stack is not null && stack.LatestRevision != request.BasedOn)
        {
            return Problem.Conflict("changed_meanwhile",
                $"Somebody saved revision {stack.LatestRevision} of '{spec.Name}' while you edited revision {request.BasedOn}. Your text is still here: compare it with the new revision, then save again.");
        }
        if (stack is null)
        {
            stack = new Stack { GridId = opened.Value.Id, Name = spec.Name, CreatedAt = now };
            db.Stacks.Add(stack);
        }
        var number = stack.NextRevision();
        db.StackRevisions.Add(new StackRevision
        {
            StackId = stack.Id,
            Number = number,
            Main = request.Main,
            Files = request.Files,
            Values = request.Values,
            Spec = spec,
            SavedBy = actor.Name,
            SavedAt = now,
        });
        db.Events.Add(Event.Of(actor, now, opened.Value.Id, "stack.save", spec.Name, stack.Id, $"saved revision {number} of {spec.Name}",
            request.BasedOn == 0 ? null : $"revision {request.BasedOn}", $"revision {number}"));
        if (await db.SaveAsync($"stack {spec.Name}", cancel) is { } problem)
        {
            return problem;
        }
        changes.Publish(opened.Value.Id);
        return new SavedStack(spec.Name, number, reading.Findings);
    }

    /// <summary>What only the grid can tell about a file that is right in itself.</summary>
    private static async Task<Problem?> CheckAsync(KontenaDb db, Grid grid, StackSpec spec, CancellationToken cancel)
    {
        if (spec.Name.Length == 0)
        {
            return Problem.Invalid("no_name", "This file does not say what the stack is called. Give the stack a name.");
        }
        if (StackName.Check(spec.Name) is { } name)
        {
            return name;
        }
        if (spec.Services.Select(s => ServiceName.Check(s.Name) ?? InstanceName.Check(grid.Name, spec.Name, s.Name, s.Instances)).FirstOrDefault(p => p is not null) is { } service)
        {
            return service;
        }
        foreach (var (from, link) in spec.Services.SelectMany(s => s.Links.Concat(s.ExternalLinks).Select(l => (s.Name, l.Name))))
        {
            if (link.Split('/') is [var stack, var target] && stack != spec.Name
                && !await db.Services.AnyAsync(s => s.GridId == grid.Id && s.Name == target && db.Stacks.Any(t => t.Id == s.StackId && t.Name == stack), cancel))
            {
                return Problem.Invalid("link", $"Service '{from}' links to '{link}', which grid '{grid.Name}' does not have. Deploy that stack first, or correct the link.");
            }
        }
        return null;
    }
}

internal static class StackSources
{
    public static StackSource Source(this SaveStackRequest request) => new()
    {
        Main = request.Main,
        Files = request.Files.ToImmutableDictionary(),
        StackName = request.Stack,
        Grid = request.Grid,
        Values = request.Values.ToImmutableDictionary(),
    };
}
