using System.Threading.Channels;
using Kontena.Core.Logs;

namespace Kontena.Web.Logs;

/// <summary>Who delivered a block and wants to know what became of it.</summary>
internal interface IBlockSource
{
    /// <summary>The block is durable, or was before.</summary>
    void Stored(in BlockAck ack);

    /// <summary>The store did not take it; the agent has to send it again.</summary>
    void NotStored(Exception cause);
}

/// <summary>The one writer of logs: gathers what all agents sent meanwhile, makes it durable with one flush, then says so.</summary>
internal sealed partial class LogIngest(ILogStore store, LogFeed feed, TimeProvider time, ILogger<LogIngest> logger) : BackgroundService
{
    /// <summary>Blocks that may wait; then the agents' sockets are not read any further.</summary>
    private const int MostWaiting = 256;

    private readonly Channel<(NewBlock Block, IBlockSource Source)> _incoming =
        Channel.CreateBounded<(NewBlock, IBlockSource)>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    private Task? _stopping;

    public ValueTask AddAsync(NewBlock block, IBlockSource source, CancellationToken cancel) => _incoming.Writer.WriteAsync((block, source), cancel);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await store.OpenAsync(cancellationToken); // before the first agent is told what is durable
        await base.StartAsync(cancellationToken);
    }

    /// <summary>A host may be told to stop twice at once; the store is closed once, and both wait for it.</summary>
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        lock (_incoming)
        {
            return _stopping ??= CloseAsync(cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<(NewBlock Block, IBlockSource Source)>();
        for (var failures = 0; !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                await _incoming.Reader.WaitToReadAsync(stoppingToken);
                batch.Clear();
                while (batch.Count < MostWaiting && _incoming.Reader.TryRead(out var next))
                {
                    batch.Add(next);
                }
                await StoreAsync(batch, stoppingToken);
                failures = 0;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                StoringFailed(e, batch.Count, ++failures);
                foreach (var (_, source) in batch)
                {
                    source.NotStored(e);
                }
                await Task.Delay(TimeSpan.FromSeconds(Math.Min(30, Math.Pow(2, failures - 1))), time, stoppingToken)
                    .ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    private async Task CloseAsync(CancellationToken cancel)
    {
        await base.StopAsync(cancel);
        await store.CloseAsync(cancel);
    }

    private async Task StoreAsync(List<(NewBlock Block, IBlockSource Source)> batch, CancellationToken stopping)
    {
        var last = new Dictionary<LogStream, long>();
        var fresh = new List<NewBlock>(batch.Count);
        foreach (var (block, _) in batch)
        {
            var known = last.TryGetValue(block.Stream, out var inBatch) ? inBatch : block.Stream.Position().Sequence;
            if (block.Header.Sequence > known)
            {
                last[block.Stream] = block.Header.Sequence;
                fresh.Add(block);
            }
        }
        if (fresh.Count > 0)
        {
            await store.AppendAsync(fresh, stopping);
            var now = time.GetUtcNow();
            foreach (var block in fresh)
            {
                block.Stream.Advance(block.Header.Sequence, block.Header.Cursor, now);
            }
        }
        foreach (var (block, source) in batch)
        {
            source.Stored(new(block.Header.Stream, block.Header.Sequence, Refused: false));
        }
        foreach (var block in fresh)
        {
            feed.Publish(block.Stream, block.Header, block.Bytes);
        }
    }

    [LoggerMessage(LogLevel.Error, "Storing {Blocks} log blocks failed, {Failures} times in a row; their agents keep and repeat them")]
    private partial void StoringFailed(Exception cause, int blocks, int failures);
}
