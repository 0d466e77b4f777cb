using System.Collections.Immutable;
using Kontena.Core.Problems;
using Kontena.Web.Grids;
using Kontena.Web.Ui;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Kontena.Web.Nodes.Pages;

/// <summary>Makes a join token, shows the commands that use it, and says when a host has joined.</summary>
public sealed partial class AddNodeDialog : GridPage
{
    private NewJoinToken? _made;
    private Problem? _problem;
    private bool _asked;
    private ImmutableArray<JoinTokenView> _tokens = [];
    private ImmutableHashSet<Guid> _before = [];

    [CascadingParameter] public required IMudDialogInstance Dialog { get; set; }

    [Inject] private AddNode Add { get; set; } = null!;

    [Inject] private ReadJoinTokens Tokens { get; set; } = null!;

    [Inject] private RevokeJoinToken Revoke { get; set; } = null!;

    [Inject] private ISnackbar Notes { get; set; } = null!;

    [Inject] private NavigationManager Navigation { get; set; } = null!;

    /// <summary>As this browser reaches the master, so as most hosts will.</summary>
    private string Master => Navigation.BaseUri.TrimEnd('/');

    private bool OnlyHere => new Uri(Navigation.BaseUri).IsLoopback;

    private NodeView? Joined => View?.Nodes.LastOrDefault(node => !_before.Contains(node.Id));

    private JoinTokenView[] Others => [.. _tokens.Where(token => token.Id != _made?.Id && !token.Local)];

    private string Docker(string token) =>
        "docker run -d --name kontena-agent --restart unless-stopped \\\n"
        + "  --network host -v /var/run/docker.sock:/var/run/docker.sock \\\n"
        + "  -v kontena-agent:/var/lib/kontena-agent \\\n"
        + $"  kontena/agent --master {Master} \\\n"
        + $"  --token {token}";

    private string Binary(string token) => $"kontena-agent --master {Master} \\\n  --token {token}";

    protected override async Task LoadAsync(CancellationToken cancel)
    {
        if (!_asked)
        {
            _asked = true;
            _before = [.. View!.Nodes.Select(node => node.Id)];
            var made = await Add.HandleAsync(Grid, await ActorAsync(), cancel);
            (_made, _problem) = (made.Value, made.Problem);
        }
        if (_problem is null)
        {
            var tokens = await Tokens.HandleAsync(Grid, await ActorAsync(), cancel);
            _tokens = tokens.Ok ? tokens.Value : [];
        }
    }

    private async Task RevokeAsync(Guid token)
    {
        Notes.Show(await Revoke.HandleAsync(Grid, token, await ActorAsync(), Leaving), "The join token was revoked. No host can use it any more.");
        Refresh();
    }
}
