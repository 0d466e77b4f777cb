using Kontena.Core.Deploys;
using Kontena.Web.Identity;
using Kontena.Web.Shell;
using Kontena.Web.Ui;
using Microsoft.AspNetCore.Components;

namespace Kontena.Web.Deploys.Pages;

/// <summary>One deploy, live: what is going on, where everything goes, and the verdict.</summary>
public sealed partial class DeployPage
{
    private DeployDetail? _detail;
    private bool _mayDeploy;

    [Parameter] public int Number { get; set; }

    private string What => _detail is { Service: { } service } ? $"{_detail.Stack}/{service}" : _detail?.Stack ?? "";

    private string Revisions => _detail switch
    {
        null => "",
        { FromRevision: { } from } when from != _detail.Revision => $"from revision {from} to {_detail.Revision}",
        { FromRevision: not null } => $"revision {_detail.Revision} again",
        _ => $"revision {_detail.Revision}, the first one",
    };

    private IReadOnlyList<Crumb> Trail => _detail is null
        ? [new Crumb("Activity", $"/grids/{Grid}/activity")]
        : _detail.Service is null
            ? [new Crumb("Stacks", $"/grids/{Grid}/stacks"), new Crumb(_detail.Stack, $"/grids/{Grid}/stacks/{_detail.Stack}")]
            : [new Crumb(_detail.Stack, $"/grids/{Grid}/stacks/{_detail.Stack}"), new Crumb(_detail.Service, $"/grids/{Grid}/services/{_detail.Stack}/{_detail.Service}")];

    protected override async Task LoadAsync(CancellationToken cancel)
    {
        _detail = (await Deploys.HandleAsync(Grid, Number, await ActorAsync(), cancel)).Value;
        _mayDeploy = await MayAsync(Capability.Deploy);
    }

    private async Task CancelAsync()
    {
        var running = _detail!.Parts.Where(p => p.State is DeployState.Ongoing).ToList();
        if (await Dialogs.ConfirmAsync(new Confirmation($"Cancel deploy {Number}?", "Cancel deploy",
            running.Count == 0 ? "Nothing is in flight." : $"What is in flight in {string.Join(", ", running.Select(p => p.Service))} runs to its end; nothing further is started.",
            "Instances that were replaced already stay as they are. Deploy an earlier revision to go back.")
        { Keep = "Let it go on", Destroys = true }))
        {
            Snackbar.Show(await Cancel.HandleAsync(Grid, Number, await ActorAsync(), Leaving), done: $"Deploy {Number} is being cancelled.");
        }
    }
}
