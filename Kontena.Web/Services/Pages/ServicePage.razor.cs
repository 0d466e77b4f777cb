using System.Globalization;
using Kontena.Core.Problems;
using Kontena.Web.Grids;
using Kontena.Web.Grids.Pages;
using Kontena.Web.Identity;
using Kontena.Web.Shell;
using Kontena.Web.Ui;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Kontena.Web.Services.Pages;

/// <summary>One service: its state in words, what can be done with it, and its tabs.</summary>
public sealed partial class ServicePage : GridPage
{
    private bool _mayDeploy;
    private bool _busy;

    [Parameter] public string Stack { get; set; } = "";

    [Parameter] public string Service { get; set; } = "";

    /// <summary>A path segment; null is the overview.</summary>
    [Parameter] public string? Tab { get; set; }

    /// <summary>The tab "logs" shows only this one.</summary>
    [SupplyParameterFromQuery] public int? Instance { get; set; }

    [Inject] private ScaleService Scale { get; set; } = null!;

    [Inject] private DeployService Deploy { get; set; } = null!;

    [Inject] private StopService Stop { get; set; } = null!;

    [Inject] private StartService Start { get; set; } = null!;

    [Inject] private RestartService Restart { get; set; } = null!;

    [Inject] private IDialogService Dialogs { get; set; } = null!;

    [Inject] private ISnackbar Notes { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    private ServicePath Path => new(Grid, Stack, Service);

    private IReadOnlyList<Crumb> Trail => [new Crumb("Services", Links.Services(Grid)), new Crumb(Stack, Links.Stack(Grid, Stack))];

    protected override async Task LoadAsync(CancellationToken cancel) => _mayDeploy = await MayAsync(Capability.Deploy);

    private static TabLink[] Tabs(GridView view, ServiceView service)
    {
        string Href(string? tab) => Links.Service(view.Name, service.Stack, service.Name, tab);
        return
        [
            new("Overview", Href(null)), new("Instances", Href("instances"), service.Instances.Length), new("Logs", Href("logs")), new("Stats", Href("stats")),
            new("Config", Href("config"), service.Revision), new("Events", Href("events")),
        ];
    }

    private static string Strategy(ServiceView service)
    {
        var deploy = service.Spec.Deploy;
        var kept = (deploy.MinHealth ?? 0.8m) * 100;
        return deploy.Strategy == "daemon" ? "daemon, on every node"
            : service.Spec.Stateful ? $"{deploy.Strategy}, stateful: keeps its node and data"
            : string.Create(CultureInfo.InvariantCulture, $"{deploy.Strategy}, {kept:0.#} % stay up");
    }

    /// <summary>Published ports, with the address of its node when there is only one, and on how many nodes they are.</summary>
    private static (List<string> Ports, int Hosts) Reached(GridView view, ServiceView service)
    {
        var hosts = service.Instances.Select(i => view.Node(i.NodeId)).OfType<NodeView>().DistinctBy(n => n.Id)
            .Select(n => n.Facts?.PrivateAddress ?? n.Name).ToList();
        var host = hosts.Count == 1 ? hosts[0] : "";
        return ([.. service.Spec.Ports.Take(3).Select(p => string.Create(CultureInfo.InvariantCulture,
            $"{(p.Ip is "0.0.0.0" or "::" ? host : p.Ip)}:{p.NodePort}{(p.Protocol == "tcp" ? "" : "/" + p.Protocol)}"))], hosts.Count);
    }

    private async Task ScaleAsync(ServiceView service, int wanted)
    {
        var before = service.Wanted;
        if (wanted < before && service.Spec.Stateful && !await Dialogs.ConfirmAsync(FewerWithData(service, wanted)))
        {
            return;
        }
        var result = await Scale.HandleAsync(Path, wanted, await ActorAsync(), Leaving);
        if (!result.Ok || service.Spec.Stateful)
        {
            Notes.Show(result, $"{service.Path} goes to {Amount.Count(wanted, "instance")}.");
            return;
        }
        Notes.Undoable($"{service.Path} goes from {before} to {Amount.Count(wanted, "instance")}.", async () =>
            Notes.Show(await Scale.HandleAsync(Path, before, await ActorAsync(), Leaving), $"{service.Path} goes back to {before}."));
    }

    private Confirmation FewerWithData(ServiceView service, int wanted)
    {
        var numbers = Enumerable.Range(wanted + 1, service.Wanted - wanted).ToList();
        var volumes = View!.Volumes.Where(v => v.Stack == service.Stack && v.Service == service.Name && v.Number is { } n && numbers.Contains(n) && v.State != "Missing")
            .Select(v => v.DockerName).ToList();
        return new Confirmation($"Scale {service.Path} from {service.Wanted} to {wanted}?", $"End {Amount.Count(numbers.Count, "instance")}",
            $"{string.Join(", ", numbers.Select(n => $"{service.Name}-{n}"))} {(numbers.Count == 1 ? "ends" : "end")}.",
            volumes.Count == 0 ? "No volume is affected."
                : $"{(volumes.Count == 1 ? "Volume" : "Volumes")} {string.Join(", ", volumes)} {(volumes.Count == 1 ? "becomes" : "become")} detached; the data stays.");
    }

    private Task DeployAsync(ServiceView service) => ActAsync(async actor =>
        Notes.Show(await Deploy.HandleAsync(Path, force: false, actor, Leaving), $"{service.Path} is being deployed as it is saved."));

    private async Task RecreateAsync(ServiceView service)
    {
        if (await Dialogs.ConfirmAsync(new Confirmation($"Recreate every container of {service.Path}?", $"Recreate {Amount.Count(service.Instances.Length, "container")}",
            "Each one ends and a new one takes its place, as in a deploy of a new revision.", service.Spec.Stateful ? "Its volumes stay and are mounted again." : "What a container wrote outside of volumes is lost.")))
        {
            await ActAsync(async actor => Notes.Show(await Deploy.HandleAsync(Path, force: true, actor, Leaving), $"Every container of {service.Path} is being recreated."));
        }
    }

    private async Task RestartAsync(ServiceView service)
    {
        var running = service.Instances.Count(i => i.Id is not null);
        if (await Dialogs.ConfirmAsync(new Confirmation($"Restart {service.Path}?", $"Restart {Amount.Count(running, "instance")}",
            running == 1 ? "Its one instance is down until it is ready again." : $"All {running} instances restart at once; the service is interrupted. A deploy goes one after the other.")))
        {
            await ActAsync(async actor => Notes.Show(await Restart.HandleAsync(Path, null, actor, Leaving), $"{service.Path} restarts."));
        }
    }

    private Task RestartOneAsync(InstanceView instance) => ActAsync(async actor =>
        Notes.Show(await Restart.HandleAsync(Path, instance.Number, actor, Leaving), $"{instance.Name} restarts."));

    private async Task StopAsync(ServiceView service)
    {
        if (await Dialogs.ConfirmAsync(new Confirmation($"Stop {service.Path}?", $"Stop {Amount.Count(service.Instances.Length, "instance")}",
            $"{Amount.Count(service.Running, "running instance")} {(service.Running == 1 ? "stops" : "stop")}. Containers and data stay; Start brings them back where they are.")
        { Destroys = true, Keep = "Keep it running" }))
        {
            await ActAsync(async actor => Notes.Show(await Stop.HandleAsync(Path, actor, Leaving), $"{service.Path} stops."));
        }
    }

    private Task StartAsync(ServiceView service) => ActAsync(async actor =>
        Notes.Show(await Start.HandleAsync(Path, actor, Leaving), $"{service.Path} starts."));

    /// <summary>One act at a time: a second press on the same button is not a second wish.</summary>
    private async Task ActAsync(Func<Actor, Task> act)
    {
        if (_busy)
        {
            return;
        }
        _busy = true;
        try
        {
            await act(await ActorAsync());
        }
        finally
        {
            _busy = false;
        }
        Refresh();
    }
}
