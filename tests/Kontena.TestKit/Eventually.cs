using Xunit;

namespace Kontena.TestKit;

/// <summary>Waits for a state of something real: an engine, a process, a database. Never for a length of time.</summary>
public static class Eventually
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);

    /// <param name="what">The state in words, for the failure: "redis-1 is running".</param>
    /// <param name="otherwise">What to add to the failure, asked only then: the output of a process, the last state seen.</param>
    public static async Task UntilAsync(
        Func<CancellationToken, Task<bool>> condition, TimeSpan timeout, string what, CancellationToken cancel,
        Func<string>? otherwise = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        Exception? last = null;
        do
        {
            try
            {
                if (await condition(cancel))
                {
                    return;
                }
                last = null;
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
            {
                last = e; // Not yet there is often an exception: connection refused, no such container.
            }
            await Task.Delay(Between, TimeProvider.System, cancel);
        }
        while (TimeProvider.System.GetElapsedTime(started) < timeout);
        Assert.Fail(
            $"Waited {timeout.TotalSeconds:0.#} s for: {what}."
            + (last is null ? "" : $" The last try ended with {last.GetType().Name}: {last.Message}")
            + (otherwise is null ? "" : $"{Environment.NewLine}{otherwise()}"));
    }

    public static Task UntilAsync(
        Func<bool> condition, TimeSpan timeout, string what, CancellationToken cancel, Func<string>? otherwise = null) =>
        UntilAsync(_ => Task.FromResult(condition()), timeout, what, cancel, otherwise);

    /// <summary>Waits until <paramref name="read"/> gives something that is not null, and returns it.</summary>
    public static async Task<T> GetAsync<T>(
        Func<CancellationToken, Task<T?>> read, TimeSpan timeout, string what, CancellationToken cancel,
        Func<string>? otherwise = null)
        where T : class
    {
        T? found = null;
        await UntilAsync(async token => (found = await read(token)) is not null, timeout, what, cancel, otherwise);
        return found!;
    }
}
