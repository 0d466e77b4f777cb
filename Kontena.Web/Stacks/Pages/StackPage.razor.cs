using System.Collections.Immutable;
using Kontena.Core.Deploys;
using Kontena.Core.Problems;
using Kontena.Web.Grids;
using Kontena.Web.Grids.Pages;
using Kontena.Web.Identity;
using Kontena.Web.Services;
using Kontena.Web.Shell;
using Kontena.Web.Ui;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Kontena.Web.Stacks.Pages;

/// <summary>One stack: its services, what was saved of it, and what can be done with it as a whole.</summary>
public sealed partial class StackPage : GridPage
{
    private bool _mayChange;
    private (Guid, int) _read;
    private ImmutableArray<StackRevisionView> _revisions = [];
    private Problem? _problem;

    [Parameter] public string Stack { get; set; } = "";

    [Inject] private ReadStackRevisions Revisions { get; set; } = null!;

    [Inject] private StartService Start { get; set; } = null!;

    [Inject] private StopService Stop { get; set; } = null!;

    [Inject] private RemoveStack Remove { get; set; } = null!;

    [Inject] private IDialogService Dialogs { get; set; } = null!;

    [Inject] private ISnackbar Notes { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    private IReadOnlyList<Crumb> Trail => [new Crumb("Stacks", Links.Stacks(Grid))];

    protected override async Task LoadAsync(CancellationToken cancel)
    {
        _mayChange = await MayAsync(Capability.ChangeStacks);
        if (View?.Stack(Stack) is { } stack && _read != (stack.Id, stack.LatestRevision))
        {
            var result = await Revisions.HandleAsync(Grid, Stack, await ActorAsync(), cancel);
            (_revisions, _problem) = (result.Ok ? result.Value : _revisions, result.Problem);
            _read = (stack.Id, stack.LatestRevision);
        }
    }

    private static List<VolumeView> VolumesOf(GridView view, StackView stack) => [.. view.Volumes.Where(v => v.Stack == stack.Name)];

    private static string Outcome(StackDeployView deploy) => deploy.State switch
    {
        DeployState.Success => "done",
        DeployState.Error => "failed",
        DeployState.Aborted => "was ended",
        _ => "is running",
    };

    private async Task StopAllAsync(StackView stack)
    {
        var running = stack.Services.Where(s => s.State == "Running").ToList();
        var instances = running.Sum(s => s.Running);
        if (await Dialogs.ConfirmAsync(new Confirmation($"Stop all services of {stack.Name}?", $"Stop {Amount.Count(running.Count, "service")}",
            $"{string.Join(", ", running.Select(s => s.Name))} {(running.Count == 1 ? "stops" : "stop")}, {Amount.Count(instances, "running instance")} together.",
            "Containers and data stay; starting brings them back where they are.") { Destroys = true, Keep = "Keep it running" }))
        {
            await EachAsync(running, (path, actor) => Stop.HandleAsync(path, actor, Leaving), $"All services of {stack.Name} stop.");
        }
    }

    private Task StartAllAsync(StackView stack) => EachAsync(
        [.. stack.Services.Where(s => s.State == "Stopped")], (path, actor) => Start.HandleAsync(path, actor, Leaving), $"The stopped services of {stack.Name} start.");

    /// <summary>Goes on after a refusal, and tells each: half of a stack that stands still must not go unsaid.</summary>
    private async Task EachAsync(List<ServiceView> services, Func<ServicePath, Actor, Task<Result<Service>>> act, string done)
    {
        var refused = false;
        foreach (var service in services)
        {
            var result = await act(new ServicePath(Grid, service.Stack, service.Name), await ActorAsync());
            if (!result.Ok)
            {
                Notes.Refuse(result.Problem);
                refused = true;
            }
        }
        if (!refused)
        {
            Notes.Tell(done);
        }
        Refresh();
    }

    private async Task RemoveAsync(StackView stack, List<VolumeView> volumes)
    {
        var containers = stack.Services.SelectMany(s => s.Instances).Count(i => i.Id is not null);
        var names = volumes.Where(v => v.State != "Missing").Select(v => v.DockerName).ToList();
        var question = new Confirmation($"Remove stack {stack.Name}?", "Remove the stack",
            containers == 0 ? "No container ends: nothing of it runs."
                : $"{Amount.Count(containers, "container")} of {string.Join(", ", stack.Services.Select(s => s.Name))} {(containers == 1 ? "ends" : "end")} and {(containers == 1 ? "is" : "are")} removed.",
            "Its file goes with all revisions; copy it first if you may want it again.",
            names.Count == 0 ? "It has no volumes."
                : $"{(names.Count == 1 ? "Volume" : "Volumes")} {string.Join(", ", names)} {(names.Count == 1 ? "stays" : "stay")}, listed as detached.")
        { TypedName = stack.Name, Keep = "Keep it", Destroys = true };
        if (await Dialogs.ConfirmAsync(question)
            && Notes.Show(await Remove.HandleAsync(Grid, stack.Name, await ActorAsync(), Leaving), $"{stack.Name} is removed; its containers end."))
        {
            Navigation.NavigateTo(Links.Stacks(Grid));
        }
    }
}
