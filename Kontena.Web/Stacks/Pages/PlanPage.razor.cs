using Kontena.Core.Problems;
using Kontena.Web.Identity;
using Kontena.Web.Ui;
using Microsoft.AspNetCore.Components;

namespace Kontena.Web.Stacks.Pages;

/// <summary>What a deploy of a saved revision would do, before anybody lets it.</summary>
public sealed partial class PlanPage
{
    private PlannedStack? _planned;
    private Problem? _refusal;
    private bool _mayDeploy;
    private bool _busy;

    [Parameter] public string Stack { get; set; } = "";

    /// <summary>Null: the latest.</summary>
    [SupplyParameterFromQuery] public int? Revision { get; set; }

    private CellState ChipState => _planned switch
    {
        { Plan.Error: not null } => CellState.NoNode,
        { Plan.ChangesNothing: true } => CellState.Running,
        _ => CellState.Starting,
    };

    private string ChipWord => _planned switch
    {
        { Plan.Error: not null } => "Cannot be deployed",
        { Plan.ChangesNothing: true } => "Nothing changes",
        _ => "Every instance has a node",
    };

    private string Revisions => _planned switch
    {
        { DeployedRevision: { } now } when now != _planned.Revision => $"Revision {_planned.Revision} in place of revision {now}",
        { DeployedRevision: not null } => $"Revision {_planned.Revision}, which is deployed already",
        null => "",
        _ => $"Revision {_planned.Revision}, the first deploy of this stack",
    };

    protected override async Task LoadAsync(CancellationToken cancel)
    {
        var actor = await ActorAsync();
        var planned = await Plans.HandleAsync(Grid, Stack, Revision, actor, cancel);
        _planned = planned.Value;
        _refusal = planned.Problem ?? _refusal;
        _mayDeploy = await MayAsync(Capability.Deploy);
    }

    private async Task DeployAsync()
    {
        (_busy, _refusal) = (true, null);
        var deployed = await Deploys.HandleAsync(Grid, Stack, _planned!.Revision, _planned.Plan.Fingerprint, await ActorAsync(), Leaving);
        _busy = false;
        if (deployed.Ok)
        {
            Navigation.NavigateTo($"/grids/{Grid}/deploys/{deployed.Value}");
            return;
        }
        _refusal = deployed.Problem;
        Refresh();
    }
}
