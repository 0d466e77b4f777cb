using Kontena.Core.Logs;
using Kontena.Web.Data;
using Microsoft.EntityFrameworkCore;

namespace Kontena.Web.Logs;

/// <summary>Brings blocks that another master stored to the viewers of this one. Only where masters share a database.</summary>
/// <remarks>It asks only about services that somebody here follows. A follower drops what it had already, so twice costs nothing.</remarks>
internal sealed partial class LogRelay(
    IDbContextFactory<KontenaDb> databases, LogStreams streams, LogFeed feed, TimeProvider time, ILogger<LogRelay> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>A follower may have come before this loop looked at its service for the first time.</summary>
    private const int Overlap = 8;

    private const int MostBlocks = 64;
    private readonly Dictionary<long, long> _relayed = [];

    /// <summary>One look at every followed service.</summary>
    public async Task PassAsync(CancellationToken cancel)
    {
        var services = feed.Followed();
        if (services.Count == 0)
        {
            _relayed.Clear();
            return;
        }
        await using var db = await databases.CreateDbContextAsync(cancel);
        var positions = await db.Set<LogStream>().Where(s => services.Contains(s.ServiceId))
            .Select(s => new { s.Id, s.ServiceId, s.LastSequence }).ToListAsync(cancel);
        var behind = positions.Where(p => p.LastSequence > From(p.Id, p.LastSequence)).ToList();
        foreach (var service in behind.GroupBy(p => p.ServiceId))
        {
            var known = (await streams.OfServiceAsync(service.Key, cancel)).ToDictionary(s => s.Id);
            foreach (var position in service)
            {
                var from = From(position.Id, position.LastSequence);
                var blocks = await db.Set<LogBlockRow>().Where(r => r.StreamId == position.Id && r.Sequence > from)
                    .OrderBy(r => r.Sequence).Select(r => r.Block).Take(MostBlocks).ToListAsync(cancel);
                foreach (var block in blocks)
                {
                    if (LogBlockHeader.TryRead(block, out var header))
                    {
                        feed.Publish(known[position.Id], header, block);
                        _relayed[position.Id] = header.Sequence;
                    }
                }
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var failures = 0; !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                await Task.Delay(Every * (1 + Math.Min(failures, 30)), time, stoppingToken);
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

    private long From(long stream, long last) => _relayed.TryGetValue(stream, out var relayed) ? relayed : _relayed[stream] = Math.Max(0, last - Overlap);

    [LoggerMessage(LogLevel.Error, "Looking for log lines that other masters stored failed, {Failures} in a row")]
    private partial void PassFailed(Exception cause, int failures);
}
