using Microsoft.Extensions.Options;

namespace Kontena.Web.Logs;

/// <summary>Lets old lines go, and the oldest of services that have too many.</summary>
internal sealed partial class LogRetention(
    ILogStore store, LogStreams streams, IOptions<LogOptions> options, TimeProvider time, ILogger<LogRetention> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(2);

    /// <summary>A stream's position is kept much longer than its lines: its container may sleep and then write again.</summary>
    private static readonly TimeSpan ForgetStreamsAfter = TimeSpan.FromDays(90);

    public async Task PassAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        await store.TrimAsync(now - options.Value.KeepFor, options.Value.KeepBytesPerService, cancel);
        await streams.ForgetAsync(now - options.Value.KeepFor - ForgetStreamsAfter, cancel);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var failures = 0; !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                await Task.Delay(Every * (1 + Math.Min(failures, 10)), time, stoppingToken);
                await PassAsync(stoppingToken);
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

    [LoggerMessage(LogLevel.Error, "Removing old log lines failed, {Failures} in a row")]
    private partial void PassFailed(Exception cause, int failures);
}
