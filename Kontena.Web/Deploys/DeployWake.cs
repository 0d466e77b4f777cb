using System.Threading.Channels;

namespace Kontena.Web.Deploys;

/// <summary>Wakes the deploy reconciler. Wakes coalesce.</summary>
internal sealed class DeployWake
{
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Wake() => _signal.Writer.TryWrite(true);

    /// <summary>Returns when woken, or after <paramref name="atMost"/>.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), limit, atMost, Timeout.InfiniteTimeSpan);
        try
        {
            await _signal.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Nobody woke us: the time is up.
        }
    }
}
