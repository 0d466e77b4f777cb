using System.Collections.Immutable;
using Kontena.Core.Deploys;
using Kontena.Core.Problems;
using Kontena.Core.Stacks;
using Kontena.Web.Identity;
using Kontena.Web.Shell;
using Kontena.Web.Stacks.Editor;
using Kontena.Web.Ui;
using Microsoft.AspNetCore.Components;

namespace Kontena.Web.Stacks.Pages;

/// <summary>Writes a stack file: errors at their place, and what a deploy would do, while typing.</summary>
public sealed partial class EditStackPage
{
    private const string MainFile = "kontena.yml";

    private StackEditor? _editor;
    private ImmutableSortedDictionary<string, string> _files = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add(MainFile, "");
    private ImmutableSortedDictionary<string, string> _values = ImmutableSortedDictionary<string, string>.Empty;
    private string _main = MainFile;
    private string? _name;
    private int _basedOn;
    private StackText? _text;
    private StackReading? _reading;
    private StackPlan? _plan;
    private Problem? _missing;
    private Problem? _refusal;
    private bool _opened;
    private bool _mayChange;
    private bool _busy;

    [Parameter] public string? Stack { get; set; }

    private IReadOnlyList<Crumb> Trail => Stack is null
        ? [new Crumb("Stacks", $"/grids/{Grid}/stacks")]
        : [new Crumb("Stacks", $"/grids/{Grid}/stacks"), new Crumb(Stack, $"/grids/{Grid}/stacks/{Stack}")];

    private SaveStackRequest Request => new(Grid, Stack ?? (string.IsNullOrWhiteSpace(_name) ? null : _name.Trim()), _main, _files, _values, _basedOn);

    protected override async Task LoadAsync(CancellationToken cancel)
    {
        _mayChange = await MayAsync(Capability.ChangeStacks);
        if (_opened)
        {
            await PlanAsync(cancel); // the grid changed under the draft
            return;
        }
        if (Stack is not null)
        {
            var text = await Stacks.HandleAsync(Grid, Stack, null, await ActorAsync(), cancel);
            (_text, _missing) = (text.Value, text.Problem);
            if (_text is not null)
            {
                (_files, _values, _main, _basedOn) = (_text.Files, _text.Values, _text.Main, _text.Revision);
                await CheckAsync(cancel);
            }
        }
        _opened = true;
    }

    private async Task FilesAsync(IReadOnlyDictionary<string, string> files)
    {
        _files = files.ToImmutableSortedDictionary(StringComparer.Ordinal);
        await CheckAsync(Leaving);
    }

    private async Task NameAsync(ChangeEventArgs e)
    {
        _name = e.Value as string;
        await CheckAsync(Leaving);
    }

    private async Task SetAsync((string Name, string? Value) variable)
    {
        _values = variable.Value is null ? _values.Remove(variable.Name) : _values.SetItem(variable.Name, variable.Value);
        await CheckAsync(Leaving);
    }

    private async Task CheckAsync(CancellationToken cancel)
    {
        if (_files.Values.All(string.IsNullOrWhiteSpace))
        {
            (_reading, _plan) = (null, null);
            return;
        }
        _reading = await Checks.HandleAsync(Request, cancel);
        await PlanAsync(cancel);
    }

    private async Task PlanAsync(CancellationToken cancel) =>
        _plan = _reading?.Spec is { } spec ? (await Plans.DraftAsync(Grid, spec, await ActorAsync(), cancel)).Value : null;

    private async Task SaveAsync()
    {
        if (await StoreAsync() is { } saved)
        {
            Snackbar.Tell($"Saved as revision {saved.Revision} of {saved.Stack}. Nothing was deployed.");
            if (Stack is null)
            {
                Navigation.NavigateTo($"/grids/{Grid}/stacks/{saved.Stack}/edit");
            }
        }
    }

    private async Task ReviewAsync()
    {
        if (await StoreAsync() is { } saved)
        {
            Navigation.NavigateTo($"/grids/{Grid}/stacks/{saved.Stack}/plan");
        }
    }

    /// <summary>Somebody saved meanwhile, and the person decided that this text is to be the next revision all the same.</summary>
    private async Task TakeOverAsync()
    {
        var latest = await Stacks.HandleAsync(Grid, Stack!, null, await ActorAsync(), Leaving);
        if (latest.Ok)
        {
            (_basedOn, _text) = (latest.Value.Latest, latest.Value);
            await SaveAsync();
        }
    }

    private async Task<SavedStack?> StoreAsync()
    {
        if (_busy || _editor is null)
        {
            return null;
        }
        (_busy, _refusal) = (true, null);
        try
        {
            if (!await _editor.FlushAsync())
            {
                return null; // the editor says why
            }
            if (_text is not null && _files.SequenceEqual(_text.Files) && _values.SequenceEqual(_text.Values) && _basedOn == _text.Revision)
            {
                return new SavedStack(_text.Stack, _text.Revision, []); // nothing new to save
            }
            var saved = await Saves.HandleAsync(Request, await ActorAsync(), Leaving);
            if (!saved.Ok)
            {
                _refusal = saved.Problem;
                return null;
            }
            if (!saved.Value.Saved)
            {
                _reading = await Checks.HandleAsync(Request, Leaving);
                _refusal = Problem.Invalid("errors", "The file has errors, so nothing was saved. They are marked in the text and listed below it.");
                return null;
            }
            _basedOn = saved.Value.Revision;
            _text = (await Stacks.HandleAsync(Grid, saved.Value.Stack, _basedOn, await ActorAsync(), Leaving)).Value;
            await _editor.SavedAsync();
            return saved.Value;
        }
        finally
        {
            _busy = false;
        }
    }
}
