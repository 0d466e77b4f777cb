using System.Threading.Channels;

namespace Kontena.Web.Ui;

/// <summary>
/// Repaints on change, but not on every change: the first poke works at once, the next ones together once the pause is over.
/// A page pokes it from its change signal and disposes of it when it leaves.
/// </summary>
public sealed class Throttle : IAsyncDisposable
{
    /// <summary>Two paints a second at most.</summary>
    public static readonly TimeSpan Repaint = TimeSpan.FromMilliseconds(500);

    private readonly Channel<bool> _pokes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _leaving = new();
    private readonly Task _pump;

    /// <param name="work">What to do, one at a time; reloads and calls <c>InvokeAsync(StateHasChanged)</c>. What it throws goes to <paramref name="failed"/>.</param>
    public Throttle(TimeSpan every, TimeProvider time, Func<CancellationToken, Task> work, Action<Exception> failed) =>
        _pump = PumpAsync(every, time, work, failed, _leaving.Token);

    public void Poke() => _pokes.Writer.TryWrite(true);

    private async Task PumpAsync(TimeSpan every, TimeProvider time, Func<CancellationToken, Task> work, Action<Exception> failed, CancellationToken leaving)
    {
        try
        {
            while (await _pokes.Reader.WaitToReadAsync(leaving))
            {
                _pokes.Reader.TryRead(out _);
                try
                {
                    await work(leaving);
                }
                catch (Exception e) when (!leaving.IsCancellationRequested)
                {
                    failed(e);
                }
                await Task.Delay(every, time, leaving);
            }
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested) { /* The page was left. */ }
    }

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        await _pump;
        _leaving.Dispose();
    }
}
