namespace Kontena.Core.Streams;

/// <summary>Wakes one waiting loop. Pulses before the wait count, and several count as one.</summary>
public sealed class Pulse
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Set() => Volatile.Read(ref _next).TrySetResult();

    /// <summary>Returns after a pulse, or after <paramref name="atMost"/>.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancel)
    {
        var pulse = Volatile.Read(ref _next).Task;
        if (!pulse.IsCompleted)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            await Task.WhenAny(pulse, Task.Delay(atMost, time, over.Token)).ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
        }
        cancel.ThrowIfCancellationRequested();
        if (pulse.IsCompleted)
        {
            Volatile.Write(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
    }
}
