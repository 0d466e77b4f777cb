using Kontena.Core.Streams;

namespace Kontena.Web.Deploys;

/// <summary>Runs a <see cref="DeployPass"/> whenever woken, when a deadline ends, and every so often in any case.</summary>
internal sealed partial class DeployReconciler(DeployPass pass, DeployWake signal, TimeProvider time, ILogger<DeployReconciler> logger) : BackgroundService
{
    /// <summary>Longest time between two passes when nothing wakes the loop.</summary>
    private static readonly TimeSpan PassEvery = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var failures = 0;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var wake = await pass.RunAsync(stoppingToken);
                failures = 0;
                var wait = wake is { } at ? at - time.GetUtcNow() : PassEvery;
                await signal.WaitAsync(wait < Shortest ? Shortest : wait > PassEvery ? PassEvery : wait, time, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                PassFailed(e, ++failures);
                await Task.Delay(Backoff.After(failures), time, stoppingToken); // wakes wait too: a storm cannot defeat it
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "Deploy pass failed, {Failures} in a row")]
    private partial void PassFailed(Exception cause, int failures);
}
