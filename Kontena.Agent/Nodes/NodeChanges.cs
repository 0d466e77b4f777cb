using System.Threading.Channels;

namespace Kontena.Agent.Nodes;

/// <summary>Says that something on this host changed that the master wants to know of. Wakes coalesce.</summary>
internal sealed class NodeChanges
{
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Happened() => _signal.Writer.TryWrite(true);

    /// <summary>Returns when something changed, or after <paramref name="atMost"/>.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            await _signal.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Nothing changed for so long.
        }
    }
}
