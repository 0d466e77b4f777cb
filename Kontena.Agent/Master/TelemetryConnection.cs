using System.Collections.Immutable;
using System.Net.WebSockets;
using System.Threading.Channels;
using Kontena.Agent.Logs;
using Kontena.Core.Logs;
using Microsoft.Extensions.Logging;

namespace Kontena.Agent.Master;

/// <summary>One open telemetry socket: sends blocks, tails and samples; takes acknowledgements. Ends when the socket does.</summary>
internal sealed partial class TelemetryConnection(
    WebSocket socket, LogSpool spool, TelemetryWatch watch, TelemetrySamples samples, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan TailEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan IdleEvery = TimeSpan.FromSeconds(1);

    /// <summary>Blocks of all streams on their way; more would only wait in the master's memory.</summary>
    private const int HostWindow = 32;

    private readonly Channel<bool> _acknowledged = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private int _inFlight;

    public async Task RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var receiving = ReceiveAsync(ending.Token);
        var sending = SendAsync(ending.Token);
        try
        {
            await await Task.WhenAny(receiving, sending);
        }
        finally
        {
            await ending.CancelAsync();
            socket.Abort();
            await Task.WhenAll(receiving, sending)
                .ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            if (spool.Connected)
            {
                spool.Disconnect();
            }
            watch.Set([]);
        }
    }

    private async Task ReceiveAsync(CancellationToken ending)
    {
        var buffer = new byte[TelemetryCodec.LongestFrame + 1];
        var positions = ImmutableDictionary.CreateBuilder<LogStreamKey, StreamPosition>();
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), ending);
                length += part.Count;
                if (part.MessageType is WebSocketMessageType.Close)
                {
                    throw new IOException($"the master closed it: {socket.CloseStatusDescription ?? socket.CloseStatus?.ToString() ?? "no reason given"}");
                }
                if (length == buffer.Length)
                {
                    throw new IOException("the master sent a frame that is too long");
                }
            }
            while (!part.EndOfMessage);
            if (TelemetryCodec.Decode(buffer.AsMemory(0, length)) is not { Ok: true, Value: { } message })
            {
                throw new IOException("the master sent a frame that this agent does not understand");
            }
            Take(message, positions);
        }
    }

    private void Take(TelemetryMessage message, ImmutableDictionary<LogStreamKey, StreamPosition>.Builder positions)
    {
        switch (message)
        {
            case TelemetryMessage.Positions known:
                foreach (var position in known.Streams)
                {
                    positions[position.Stream] = position;
                }
                if (known.Last && !spool.Connected)
                {
                    spool.Connect(positions.ToImmutable());
                    positions.Clear();
                }
                break;
            case TelemetryMessage.Acks acks:
                foreach (var ack in acks.Blocks)
                {
                    if (ack.Refused)
                    {
                        StreamRefused(ack.Stream.ToString());
                    }
                    spool.Acknowledge(ack);
                }
                Interlocked.Add(ref _inFlight, -acks.Blocks.Length);
                _acknowledged.Writer.TryWrite(true);
                break;
            case TelemetryMessage.Watched now:
                var added = watch.Set(now.Services);
                foreach (var stream in spool.Streams.Where(s => added.Contains(s.ServiceId)))
                {
                    stream.RepeatTail();
                }
                spool.Work.Set();
                break;
        }
    }

    private async Task SendAsync(CancellationToken ending)
    {
        var tailAt = time.GetTimestamp();
        while (true)
        {
            var watching = !watch.Services.IsEmpty;
            await spool.Work.WaitAsync(watching ? TailEvery : IdleEvery, time, ending);
            if (spool.Connected)
            {
                await SendBlocksAsync(ending);
                if (watching && time.GetElapsedTime(tailAt) >= TailEvery * 0.9)
                {
                    tailAt = time.GetTimestamp();
                    await SendTailsAsync(ending);
                }
            }
            while (samples.TryTake(out var batch))
            {
                await SendAsync(TelemetryCodec.Encode(batch), ending);
            }
        }
    }

    private async Task SendBlocksAsync(CancellationToken ending)
    {
        for (var any = true; any;)
        {
            any = false;
            foreach (var stream in spool.Streams) // one block of each in turn, so that a loud container does not silence the others
            {
                while (Volatile.Read(ref _inFlight) >= HostWindow)
                {
                    await _acknowledged.Reader.ReadAsync(ending);
                }
                if (stream.NextBlock() is { } block)
                {
                    Interlocked.Increment(ref _inFlight);
                    await SendAsync(TelemetryCodec.Block(block), ending);
                    any = true;
                }
            }
        }
    }

    private async Task SendTailsAsync(CancellationToken ending)
    {
        var services = watch.Services;
        foreach (var stream in spool.Streams.Where(s => services.Contains(s.ServiceId)))
        {
            if (stream.NextTail() is { } tail)
            {
                await SendAsync(TelemetryCodec.Encode(tail), ending);
            }
        }
    }

    private async Task SendAsync(byte[] frame, CancellationToken ending) =>
        await socket.SendAsync(frame.AsMemory(), WebSocketMessageType.Binary, endOfMessage: true, ending);

    [LoggerMessage(LogLevel.Warning, "The master refuses the log stream {Stream}: it belongs to no instance that is or was on this node")]
    private partial void StreamRefused(string stream);
}
