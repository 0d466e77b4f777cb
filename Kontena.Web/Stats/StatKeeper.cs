using Microsoft.Extensions.Options;

namespace Kontena.Web.Stats;

/// <summary>Brings samples from memory to the database, and lets old ones go.</summary>
internal sealed partial class StatKeeper(
    StatRings rings, StatStore store, IOptions<StatOptions> options, TimeProvider time, ILogger<StatKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TrimEvery = TimeSpan.FromMinutes(30);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await SaveAsync(TimeSpan.Zero, cancellationToken);
    }

    /// <summary>Saves every series whose unsaved samples span that much.</summary>
    public async Task SaveAsync(TimeSpan span, CancellationToken cancel)
    {
        foreach (var ring in rings.Instances)
        {
            if (ring.Points.TakeUnsealed(span) is { Length: > 0 } samples)
            {
                await SaveAsync(() => store.SaveAsync(ring, samples, cancel), () => ring.Points.PutBack(samples));
            }
        }
        foreach (var ring in rings.Nodes)
        {
            if (ring.Points.TakeUnsealed(span) is { Length: > 0 } samples)
            {
                await SaveAsync(() => store.SaveAsync(ring, samples, cancel), () => ring.Points.PutBack(samples));
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var trimmed = DateTimeOffset.MinValue;
        for (var failures = 0; !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                await Task.Delay(Every * (1 + Math.Min(failures, 10)), time, stoppingToken);
                await SaveAsync(options.Value.SealAfter, stoppingToken);
                rings.Forget();
                var now = time.GetUtcNow();
                if (now - trimmed > TrimEvery)
                {
                    await store.TrimAsync(options.Value, now, stoppingToken);
                    trimmed = now;
                }
                failures = 0;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                PassFailed(e, ++failures);
            }
        }
    }

    private static async Task SaveAsync(Func<Task> save, Action putBack)
    {
        try
        {
            await save();
        }
        catch
        {
            putBack();
            throw;
        }
    }

    [LoggerMessage(LogLevel.Error, "Saving statistics failed, {Failures} in a row; they stay in memory for now")]
    private partial void PassFailed(Exception cause, int failures);
}
