using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.JSInterop;

namespace Kontena.Web.Stacks.Editor;

// What the browser tells. Texts come as streams: in one message they could be larger than a message may be.
public sealed partial class StackEditor
{
    private ImmutableDictionary<string, string>? _beforeDrop;

    [JSInvokable("TextChanged")]
    public async Task TextChangedAsync(string file, IJSStreamReference text)
    {
        ArgumentNullException.ThrowIfNull(text);
        await using var reference = text;
        await using var stream = await text.OpenReadStreamAsync(IncomingFile.LargestBytes, _leaving.Token);
        var content = Encoding.UTF8.GetString(await ReadAsync(stream));
        if (_known.ContainsKey(file) || file == Main || _known.Count < MostFiles)
        {
            await PublishAsync(_known.SetItem(file, content));
        }
    }

    [JSInvokable("SaveAsked")]
    public Task SaveAskedAsync() => OnSave.InvokeAsync();

    [JSInvokable("ReviewAsked")]
    public Task ReviewAskedAsync() => OnReview.InvokeAsync();

    /// <param name="at">Milliseconds since 1970.</param>
    /// <param name="moved">What is stored has changed since the draft was written.</param>
    /// <param name="gone">Files that the draft no longer has.</param>
    [JSInvokable("DraftRestored")]
    public async Task DraftRestoredAsync(long at, bool moved, string[] gone)
    {
        if (gone is { Length: > 0 })
        {
            await PublishAsync(_known.RemoveRange(gone));
        }
        var written = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(at), time.LocalTimeZone);
        _notice = new(
            $"Your draft of {written.ToString("HH:mm", CultureInfo.InvariantCulture)} is back. It is not saved yet."
            + (moved ? " What is stored has changed since: look at the difference before you save." : ""),
            Action: "Discard draft", Act: DiscardDraftAsync);
        StateHasChanged();
    }

    private async Task DiscardDraftAsync()
    {
        if (_editor is not null)
        {
            var stored = await _editor.InvokeAsync<string[][]>("discard", _leaving.Token);
            await PublishAsync(stored.ToImmutableDictionary(f => f[0], f => f[1]));
        }
    }

    [JSInvokable("DraftTooLarge")]
    public void DraftTooLarge() => Say("This browser has no room to keep a draft of this size. Save before you leave the page.");

    [JSInvokable("TooLarge")]
    public void TooLarge(string file) =>
        Say($"{file} has more than 1 MB now, so it is neither checked nor saved. Take out what is not needed; your text stays here.");

    [JSInvokable("CodeEditorMissing")]
    public void CodeEditorMissing()
    {
        _plain = true;
        _notice = new("The code editor could not be loaded, so this is a plain text area. Everything else works.");
        StateHasChanged();
    }

    [JSInvokable("DropBegan")]
    public void DropBegan(int files)
    {
        _dropped = files;
        _notice = null;
        _beforeDrop = _known;
    }

    [JSInvokable("DropTooLarge")]
    public void DropTooLarge(string name, long bytes) => Say(IncomingFile.TooLarge(name, bytes));

    [JSInvokable("DropUnreadable")]
    public void DropUnreadable(string name) => Say(IncomingFile.Unreadable(name));

    [JSInvokable("FileDropped")]
    public async Task FileDroppedAsync(string name, IJSStreamReference content)
    {
        ArgumentNullException.ThrowIfNull(content);
        await using var reference = content;
        await using var stream = await content.OpenReadStreamAsync(IncomingFile.LargestBytes, _leaving.Token);
        await TakeAsync(name, null, await ReadAsync(stream));
    }

    [JSInvokable("DropEnded")]
    public async Task DropEndedAsync()
    {
        await TellTakenAsync(_beforeDrop ?? _known);
        _beforeDrop = null;
        StateHasChanged();
    }

    private void Say(string problem)
    {
        Complain(problem);
        StateHasChanged();
    }
}
