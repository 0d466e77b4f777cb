using Kontena.Agent.Services;
using Kontena.Core.Logs;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kontena.Agent.Logs;

/// <summary>Keeps one <see cref="LogFollower"/> for each managed container and seals blocks whose time has come.</summary>
internal sealed partial class LogCollector(
    ManagedContainers containers, EngineLogs engine, LogSpool spools, TimeProvider time, ILogger<LogCollector> logger) : BackgroundService
{
    /// <summary>A line waits no longer than this for its block to fill.</summary>
    internal static readonly TimeSpan SealAfter = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, Task> _followers = [];

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        var sealing = SealAsync(stopping);
        try
        {
            var seen = -1L;
            while (!stopping.IsCancellationRequested)
            {
                var snapshot = await containers.WaitForChangeAsync(seen, stopping);
                seen = snapshot.Version;
                foreach (var (id, ended) in _followers.Where(f => f.Value.IsCompleted).ToList())
                {
                    await ended;
                    if (!snapshot.Containers.ContainsKey(id))
                    {
                        _followers.Remove(id);
                    }
                }
                foreach (var container in snapshot.Containers.Values.Where(c => !_followers.ContainsKey(c.Id) && LogStreamKey.IsContainerId(c.Id)))
                {
                    _followers[container.Id] = FollowAsync(container, stopping);
                }
            }
        }
        finally
        {
            await Task.WhenAll(_followers.Values);
            await sealing;
            spools.Save();
        }
    }

    private async Task FollowAsync(ManagedContainer container, CancellationToken stopping)
    {
        await Task.Yield();
        for (var failures = 0; !stopping.IsCancellationRequested;)
        {
            try
            {
                await new LogFollower(container, containers, engine, spools, time, logger).RunAsync(stopping);
                spools.Forget(new(container.InstanceId, container.Id));
                return;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                FollowerFailed(e, container.Name, ++failures);
                await Task.Delay(TimeSpan.FromSeconds(Math.Min(60, Math.Pow(2, failures))), time, CancellationToken.None)
                    .WaitAsync(stopping).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    private async Task SealAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                try
                {
                    foreach (var stream in spools.Streams)
                    {
                        stream.SealWhenDue(SealAfter);
                    }
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    SpoolFailed(e); // the blocks stay in memory and the next round tries again
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The agent ends.
        }
    }

    [LoggerMessage(LogLevel.Error, "Following the log of {Container} failed, {Failures} in a row")]
    private partial void FollowerFailed(Exception cause, string container, int failures);

    [LoggerMessage(LogLevel.Error, "The log spool cannot be written")]
    private partial void SpoolFailed(Exception cause);
}
