using System.Collections.Immutable;
using Kontena.Core.Stacks;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;

namespace Kontena.Web.Stacks.Editor;

/// <summary>
/// Edits the files of a stack. Render it once the texts are loaded, and call <see cref="FlushAsync"/> before using
/// <see cref="Files"/> for good: what was typed in the last third of a second is still on its way.
/// </summary>
public sealed partial class StackEditor(IJSRuntime browser, TimeProvider time, ILogger<StackEditor> logger) : IAsyncDisposable
{
    private const int MostFiles = 20;
    private const int ShownFindings = 100;

    private readonly CancellationTokenSource _leaving = new();
    private DotNetObjectReference<StackEditor>? _self;
    private IJSObjectReference? _module;
    private IJSObjectReference? _editor;
    private ElementReference _root, _body, _changes, _place, _tabs, _tabWords;

    /// <summary>What the browser has, as far as it told us.</summary>
    private ImmutableDictionary<string, string> _known = ImmutableDictionary<string, string>.Empty;
    private IReadOnlyList<StackFinding>? _marked;
    private bool? _wasReadOnly;
    private string? _draftKey;
    private string _active = "";
    private bool _plain;
    private int _uploads;
    private int _dropped;
    private string? _problem;
    private EditorNotice? _notice;

    /// <summary>File name to text.</summary>
    [Parameter, EditorRequired] public required IReadOnlyDictionary<string, string> Files { get; set; }

    [Parameter] public EventCallback<IReadOnlyDictionary<string, string>> FilesChanged { get; set; }

    /// <summary>The file that the others belong to; it is always there.</summary>
    [Parameter] public string Main { get; set; } = "kontena.yml";

    [Parameter] public IReadOnlyList<StackFinding> Findings { get; set; } = [];

    /// <summary>Names of files that are asked for and not there.</summary>
    [Parameter] public IReadOnlyList<string> Missing { get; set; } = [];

    /// <summary>Ctrl+S. <see cref="Files"/> is up to date.</summary>
    [Parameter] public EventCallback OnSave { get; set; }

    /// <summary>Ctrl+Enter. <see cref="Files"/> is up to date.</summary>
    [Parameter] public EventCallback OnReview { get; set; }

    /// <summary>Names what is edited, for example grid and stack, so that its draft is found again; null keeps none.</summary>
    [Parameter] public string? DraftKey { get; set; }

    [Parameter] public bool ReadOnly { get; set; }

    /// <summary>Of the whole editor; any CSS length. What is said above and below the text takes its place from the text.</summary>
    [Parameter] public string Height { get; set; } = "max(480px, calc(100dvh - 240px))";

    private IEnumerable<string> Names => Files.Keys.Append(Main).Distinct().OrderBy(n => n != Main).ThenBy(n => n, StringComparer.Ordinal);

    private string Summary
    {
        get
        {
            var errors = Findings.Count(f => f.Severity is FindingSeverity.Error);
            var warnings = Findings.Count - errors;
            return (errors, warnings) switch
            {
                (0, 0) => "No problems found",
                (0, _) => Ui.Amount.Count(warnings, "warning"),
                (_, 0) => Ui.Amount.Count(errors, "error"),
                _ => $"{Ui.Amount.Count(errors, "error")}, {Ui.Amount.Count(warnings, "warning")}",
            };
        }
    }

    /// <summary>Waits until everything that was typed has arrived in <see cref="Files"/>.</summary>
    /// <returns>False when it could not all be taken, because a file is too large; the editor says so.</returns>
    public async Task<bool> FlushAsync() => _editor is null || await _editor.InvokeAsync<bool>("flush", _leaving.Token);

    /// <summary>Says that <see cref="Files"/> are stored: the draft goes, and changes count from here.</summary>
    public async Task SavedAsync()
    {
        if (_editor is not null)
        {
            await _editor.InvokeVoidAsync("settle", _leaving.Token);
        }
        _notice = null; // an undo of what is saved would be a new change, not a way back
    }

    protected override void OnParametersSet() => _active = Names.Contains(_active) ? _active : Main;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        try
        {
            if (firstRender)
            {
                await OpenAsync();
            }
            if (_editor is not null)
            {
                await PassOnAsync(_editor);
            }
        }
        catch (JSDisconnectedException) { /* The page is gone; the browser has kept the draft. */ }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested) { /* The reader went elsewhere. */ }
        catch (JSException e)
        {
            EditorFailed(e);
            _problem = "The editor could not be loaded. Check the connection to the master and reload the page.";
            StateHasChanged();
        }
    }

    private async Task OpenAsync()
    {
        _known = Files.ToImmutableDictionary();
        (_wasReadOnly, _draftKey) = (ReadOnly, DraftKey);
        _self = DotNetObjectReference.Create(this);
        _module = await browser.InvokeAsync<IJSObjectReference>("import", _leaving.Token, $"./{Assets["js/editor.js"]}");
        _editor = await _module.InvokeAsync<IJSObjectReference>("open", _leaving.Token,
            new { root = _root, body = _body, changes = _changes, place = _place, tabs = _tabs, tabWords = _tabWords },
            new
            {
                files = WithMain(_known).Select(f => new[] { f.Key, f.Value }),
                active = _active,
                draftKey = DraftKey,
                readOnly = ReadOnly,
                keys = EditorKeys.Known,
                largest = IncomingFile.LargestBytes,
                dropWords = "Drop the stack file and the files it names",
            },
            _self);
        if (await _editor.InvokeAsync<bool>("isPlain", _leaving.Token))
        {
            _plain = true;
            StateHasChanged();
        }
    }

    /// <summary>Tells the browser what the page changed since.</summary>
    private async Task PassOnAsync(IJSObjectReference editor)
    {
        var changed = Files.Where(f => !_known.TryGetValue(f.Key, out var text) || text != f.Value).Select(f => new[] { f.Key, f.Value })
            .Concat(_known.Keys.Where(name => !Files.ContainsKey(name)).Select(name => new[] { name, null })).ToList();
        if (changed.Count > 0)
        {
            _known = Files.ToImmutableDictionary();
            await editor.InvokeVoidAsync("setFiles", _leaving.Token, changed, true);
        }
        if (_marked?.SequenceEqual(Findings) is not true)
        {
            _marked = Findings;
            await editor.InvokeVoidAsync("setFindings", _leaving.Token, Findings.Select(f =>
                new { file = f.File, line = f.Line, column = f.Column, length = f.Length, message = f.Message, warning = f.Severity is FindingSeverity.Warning }));
        }
        if (_draftKey != DraftKey)
        {
            _draftKey = DraftKey;
            await editor.InvokeVoidAsync("setDraftKey", _leaving.Token, DraftKey);
        }
        if (_wasReadOnly != ReadOnly)
        {
            _wasReadOnly = ReadOnly;
            await editor.InvokeVoidAsync("setReadOnly", _leaving.Token, ReadOnly);
        }
    }

    private ImmutableDictionary<string, string> WithMain(ImmutableDictionary<string, string> files) =>
        files.ContainsKey(Main) ? files : files.Add(Main, "");

    // Acts of the reader

    private async Task ShowAsync(string name)
    {
        _active = name;
        if (_editor is not null)
        {
            await _editor.InvokeVoidAsync("show", _leaving.Token, name);
        }
    }

    private async Task JumpAsync(StackFinding finding)
    {
        if (Names.Contains(finding.File) && finding.File != _active)
        {
            await ShowAsync(finding.File);
        }
        if (_editor is not null)
        {
            await _editor.InvokeVoidAsync("jump", _leaving.Token, new { line = Math.Max(1, finding.Line), column = Math.Max(1, finding.Column), length = finding.Length });
        }
    }

    private async Task TogglePlainAsync()
    {
        _plain = !_plain;
        if (_editor is not null)
        {
            await _editor.InvokeVoidAsync("setPlain", _leaving.Token, _plain);
        }
    }

    private async Task TakeOutAsync(string name)
    {
        await FlushAsync();
        var before = _known;
        await PutAsync(_known.Remove(name));
        if (_active == name)
        {
            await ShowAsync(Main);
        }
        _notice = new($"{name} was taken out.", Action: "Undo", Act: () => PutAsync(before));
    }

    private async Task ActAsync(EditorNotice notice)
    {
        _notice = null;
        await notice.Act!();
    }

    /// <param name="name">The name it gets; null takes the file's own.</param>
    private async Task UploadedAsync(InputFileChangeEventArgs uploaded, string? name)
    {
        await FlushAsync();
        _notice = null;
        var before = _known;
        var files = uploaded.GetMultipleFiles(MostFiles);
        _dropped = files.Count;
        foreach (var file in files)
        {
            if (file.Size > IncomingFile.LargestBytes)
            {
                Complain(IncomingFile.TooLarge(file.Name, file.Size));
                continue;
            }
            try
            {
                await using var stream = file.OpenReadStream(IncomingFile.LargestBytes, _leaving.Token);
                await TakeAsync(file.Name, name, await ReadAsync(stream));
            }
            catch (Exception e) when (e is IOException or JSException)
            {
                FileUnreadable(e);
                Complain(IncomingFile.Unreadable(file.Name));
            }
        }
        _uploads++; // a fresh field, so that the same file can be chosen again
        await TellTakenAsync(before);
    }

    private async Task<byte[]> ReadAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, _leaving.Token);
        return all.ToArray();
    }

    private async Task TakeAsync(string fileName, string? name, byte[] bytes)
    {
        if (IncomingFile.TextOf(bytes) is not { } text)
        {
            Complain(IncomingFile.NotText(fileName));
            return;
        }
        name ??= IncomingFile.NameFor(fileName, Main, _known, Missing, alone: _dropped == 1);
        if (!_known.ContainsKey(name) && _known.Count >= MostFiles)
        {
            Complain($"{name} was not added: a stack has at most {MostFiles} files.");
            return;
        }
        await PutAsync(_known.SetItem(name, text));
    }

    private async Task TellTakenAsync(ImmutableDictionary<string, string> before)
    {
        var changed = _known.Where(f => !before.TryGetValue(f.Key, out var text) || text != f.Value).Select(f => f.Key).Order(StringComparer.Ordinal).ToList();
        if (changed.Count == 0)
        {
            return;
        }
        await ShowAsync(changed.Contains(Main) ? Main : changed[0]);
        if (_notice is null)
        {
            var replaced = changed.Where(name => !string.IsNullOrWhiteSpace(before.GetValueOrDefault(name))).ToList();
            _notice = new($"{string.Join(", ", changed)} {(changed.Count == 1 ? "was" : "were")} {(replaced.Count > 0 ? "put in place of the text before" : "added")}.",
                Action: "Undo", Act: () => PutAsync(before));
        }
    }

    /// <summary>Makes these the files, here, in the browser and on the page.</summary>
    private async Task PutAsync(ImmutableDictionary<string, string> files)
    {
        var changed = files.Where(f => !_known.TryGetValue(f.Key, out var text) || text != f.Value).Select(f => new[] { f.Key, f.Value })
            .Concat(_known.Keys.Where(name => !files.ContainsKey(name)).Select(name => new[] { name, null })).ToList();
        if (_editor is not null)
        {
            await _editor.InvokeVoidAsync("setFiles", _leaving.Token, changed, false);
        }
        await PublishAsync(files);
    }

    private async Task PublishAsync(ImmutableDictionary<string, string> files)
    {
        _known = files;
        Files = files;
        await FilesChanged.InvokeAsync(files);
    }

    private void Complain(string text) =>
        _notice = _notice is { Problem: true } before ? before with { Text = $"{before.Text}\n{text}" } : new(text, Problem: true);

    private string NeededAt(string name) =>
        Findings.FirstOrDefault(f => f.Subject == name && f.Line > 0) is { } at ? $" by line {at.Line}{(at.File == Main ? "" : $" of {at.File}")}" : "";

    private string Place(StackFinding finding)
    {
        var line = finding.Line > 0 ? $"Line {finding.Line}" : "Whole file";
        return finding.File == _active || Files.Count < 2 ? line : $"{finding.File}, {char.ToLowerInvariant(line[0])}{line[1..]}";
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        try
        {
            if (_editor is not null)
            {
                await _editor.InvokeVoidAsync("dispose");
                await _editor.DisposeAsync();
            }
            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException) { /* The browser let go of everything by itself. */ }
        _self?.Dispose();
        _leaving.Dispose();
    }

    [LoggerMessage(LogLevel.Warning, "The browser could not load the stack editor")]
    private partial void EditorFailed(Exception cause);

    [LoggerMessage(LogLevel.Information, "A file for the stack editor could not be read")]
    private partial void FileUnreadable(Exception cause);
}
