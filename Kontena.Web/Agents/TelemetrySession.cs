using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net.WebSockets;
using Kontena.Core.Logs;
using Kontena.Core.Streams;
using Kontena.Web.Logs;
using Kontena.Web.Stats;

namespace Kontena.Web.Agents;

/// <summary>What a telemetry session works with.</summary>
internal sealed record TelemetryParts(
    LogStreams Streams, LogIngest Ingest, LogFeed Feed, TelemetryWatchers Watchers, StatRings Stats, TimeProvider Time);

/// <summary>One node's telemetry socket. Everything that comes is judged by the node that the connection proved.</summary>
internal sealed class TelemetrySession(WebSocket socket, Guid node, Guid grid, TelemetryParts parts) : IBlockSource
{
    private static readonly TimeSpan IdleEvery = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<BlockAck> _acks = [];
    private readonly Pulse _work = new();
    private bool _watchedChanged = true;
    private Exception? _failed;

    public void Stored(in BlockAck ack)
    {
        _acks.Enqueue(ack);
        _work.Set();
    }

    public void NotStored(Exception cause)
    {
        Volatile.Write(ref _failed, cause);
        _work.Set();
    }

    /// <summary>Runs until the socket ends, the agent misbehaves or a block could not be stored.</summary>
    public async Task RunAsync(CancellationToken ending)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ending);
        void OnWatched(Guid changed)
        {
            if (changed == grid)
            {
                Volatile.Write(ref _watchedChanged, true);
                _work.Set();
            }
        }
        parts.Watchers.Changed += OnWatched;
        _work.Set(); // what is watched already
        try
        {
            await SendPositionsAsync(over.Token);
            var sending = SendAsync(over.Token);
            var receiving = ReceiveAsync(over.Token);
            var first = await Task.WhenAny(sending, receiving);
            await over.CancelAsync();
            await Task.WhenAll(sending, receiving).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            await first;
        }
        finally
        {
            parts.Watchers.Changed -= OnWatched;
        }
    }

    private async Task SendPositionsAsync(CancellationToken over)
    {
        var positions = (await parts.Streams.OfNodeAsync(node, over)).Select(s => s.Position()).ToList();
        var frames = positions.Chunk(TelemetryCodec.MostEntries).ToList();
        for (var i = 0; i < Math.Max(1, frames.Count); i++)
        {
            var frame = new TelemetryMessage.Positions([.. frames.ElementAtOrDefault(i) ?? []], Last: i >= frames.Count - 1);
            await SendAsync(frame, over);
        }
    }

    private async Task SendAsync(CancellationToken over)
    {
        while (true)
        {
            await _work.WaitAsync(IdleEvery, parts.Time, over);
            if (Volatile.Read(ref _failed) is { } cause)
            {
                throw new IOException("The master could not store a block.", cause);
            }
            if (Volatile.Read(ref _watchedChanged))
            {
                Volatile.Write(ref _watchedChanged, false);
                await SendAsync(new TelemetryMessage.Watched([.. parts.Watchers.Of(grid).Take(TelemetryCodec.MostEntries)]), over);
            }
            while (!_acks.IsEmpty)
            {
                var acks = ImmutableArray.CreateBuilder<BlockAck>();
                while (acks.Count < TelemetryCodec.MostEntries && _acks.TryDequeue(out var ack))
                {
                    acks.Add(ack);
                }
                await SendAsync(new TelemetryMessage.Acks(acks.DrainToImmutable()), over);
            }
        }
    }

    private async Task SendAsync(TelemetryMessage message, CancellationToken over) =>
        await socket.SendAsync(TelemetryCodec.Encode(message).AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, over);

    private async Task ReceiveAsync(CancellationToken over)
    {
        var buffer = new byte[TelemetryCodec.LongestFrame + 1];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), over);
                length += part.Count;
                if (part.MessageType is WebSocketMessageType.Close)
                {
                    return;
                }
                if (length == buffer.Length || part.MessageType is not WebSocketMessageType.Binary)
                {
                    throw new TelemetryProtocolException("A frame is longer than frames may be, or not binary.");
                }
            }
            while (!part.EndOfMessage);
            var decoded = TelemetryCodec.Decode(buffer.AsMemory(0, length));
            if (!decoded.Ok)
            {
                throw new TelemetryProtocolException(decoded.Problem.Message);
            }
            await TakeAsync(decoded.Value, over);
        }
    }

    private async Task TakeAsync(TelemetryMessage message, CancellationToken over)
    {
        switch (message)
        {
            case TelemetryMessage.Block block:
                if (block.Header.Sequence <= LogLineId.MostSequence
                    && await parts.Streams.ResolveAsync(node, grid, block.Header.Stream, over) is { } stream)
                {
                    await parts.Ingest.AddAsync(new(stream, block.Header, block.Bytes.ToArray()), this, over);
                }
                else
                {
                    Stored(new(block.Header.Stream, block.Header.Sequence, Refused: true));
                }
                break;
            case TelemetryMessage.Tail tail:
                if (await parts.Streams.ResolveAsync(node, grid, tail.Stream, over) is { } live)
                {
                    parts.Feed.Publish(live, tail);
                }
                break;
            case TelemetryMessage.Stats stats:
                await parts.Stats.TakeAsync(node, grid, stats, over);
                break;
            default:
                throw new TelemetryProtocolException("Only the master sends frames of this kind.");
        }
    }
}

/// <summary>The agent sent what no agent sends.</summary>
internal sealed class TelemetryProtocolException(string message) : Exception(message);
