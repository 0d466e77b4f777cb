using System.Collections.Immutable;
using Kontena.Core.Problems;
using Kontena.Core.Stats;
using Kontena.Core.Streams;

namespace Kontena.Core.Logs;

/// <summary>Frames of the telemetry socket. Decoding takes bytes of strangers: everything is bounded, and anything malformed is a problem, never an exception.</summary>
public static class TelemetryCodec
{
    /// <summary>Neither end sends or accepts a longer message.</summary>
    public const int LongestFrame = 256 * 1024;

    /// <summary>Entries in one frame of acknowledgements, positions or watched services.</summary>
    public const int MostEntries = 2_000;

    /// <summary>Lines in one tail frame.</summary>
    public const int MostTailLines = 20_000;

    /// <summary>Bytes of lines in one tail frame, unless one line alone is longer.</summary>
    public const int TailGoal = 96 * 1024;

    public static byte[] Block(ReadOnlySpan<byte> block)
    {
        var frame = new byte[1 + block.Length];
        frame[0] = (byte)TelemetryFrame.Block;
        block.CopyTo(frame.AsSpan(1));
        return frame;
    }

    public static byte[] Encode(TelemetryMessage message)
    {
        var writer = new WireWriter();
        switch (message)
        {
            case TelemetryMessage.Block block:
                return Block(block.Bytes.Span);
            case TelemetryMessage.Tail tail:
                writer.Byte((byte)TelemetryFrame.Tail);
                tail.Stream.Write(writer);
                writer.Int64(tail.Sequence);
                writer.Varint((ulong)tail.First);
                writer.Varint((ulong)tail.Lines.Length);
                var at = 0L;
                foreach (var line in tail.Lines)
                {
                    LogLineCodec.Write(writer, ref at, line);
                }
                break;
            case TelemetryMessage.Stats stats:
                writer.Byte((byte)TelemetryFrame.Stats);
                writer.Varint((ulong)stats.Instances.Length);
                foreach (var (instance, samples) in stats.Instances)
                {
                    writer.Guid(instance);
                    StatColumns.Write(writer, samples.AsSpan());
                }
                StatColumns.Write(writer, stats.Node.AsSpan());
                break;
            case TelemetryMessage.Acks acks:
                writer.Byte((byte)TelemetryFrame.Ack);
                writer.Varint((ulong)acks.Blocks.Length);
                foreach (var ack in acks.Blocks)
                {
                    ack.Stream.Write(writer);
                    writer.Int64(ack.Sequence);
                    writer.Byte(ack.Refused ? (byte)1 : (byte)0);
                }
                break;
            case TelemetryMessage.Watched watched:
                writer.Byte((byte)TelemetryFrame.Watched);
                writer.Varint((ulong)watched.Services.Length);
                foreach (var service in watched.Services)
                {
                    writer.Guid(service);
                }
                break;
            case TelemetryMessage.Positions positions:
                writer.Byte((byte)TelemetryFrame.Positions);
                writer.Byte(positions.Last ? (byte)1 : (byte)0);
                writer.Varint((ulong)positions.Streams.Length);
                foreach (var position in positions.Streams)
                {
                    position.Stream.Write(writer);
                    writer.Int64(position.Sequence);
                    position.Cursor.Write(writer);
                }
                break;
        }
        return writer.ToArray();
    }

    /// <remarks>The message keeps slices of <paramref name="frame"/>.</remarks>
    public static Result<TelemetryMessage> Decode(ReadOnlyMemory<byte> frame)
    {
        if (frame.Length is 0 or > LongestFrame)
        {
            return Malformed("its length");
        }
        var body = frame[1..];
        var reader = new WireReader(body.Span);
        TelemetryMessage? message = (TelemetryFrame)frame.Span[0] switch
        {
            TelemetryFrame.Block => LogBlockHeader.TryVerify(body.Span, out var header) ? new TelemetryMessage.Block(header, body) : null,
            TelemetryFrame.Tail => ReadTail(body, ref reader),
            TelemetryFrame.Stats => ReadStats(ref reader),
            TelemetryFrame.Ack => ReadAcks(ref reader),
            TelemetryFrame.Watched => ReadWatched(ref reader),
            TelemetryFrame.Positions => ReadPositions(ref reader),
            _ => null,
        };
        return message is null ? Malformed($"a frame of kind {frame.Span[0]}") : message;
    }

    private static Problem Malformed(string what) =>
        Problem.Invalid("bad_frame", $"The telemetry frame is malformed ({what}). Agent and master may be of different versions.");

    private static TelemetryMessage.Tail? ReadTail(ReadOnlyMemory<byte> body, ref WireReader reader)
    {
        var stream = LogStreamKey.Read(ref reader);
        var sequence = reader.Int64();
        var first = reader.Count(LogBlock.RawLimit);
        var count = reader.Count(MostTailLines);
        return !reader.Failed && sequence > 0 && LogLineCodec.Read(body[reader.Position..], count) is { } lines
            ? new(stream, sequence, first, ImmutableArray.Create(lines))
            : null;
    }

    private static TelemetryMessage.Stats? ReadStats(ref WireReader reader)
    {
        var count = reader.Count(MostEntries);
        var instances = ImmutableArray.CreateBuilder<InstanceSamples>();
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            instances.Add(new(reader.Guid(), StatColumns.ReadSamples(ref reader)));
        }
        var node = StatColumns.ReadNodeSamples(ref reader);
        return reader.AtEnd ? new(instances.DrainToImmutable(), node) : null;
    }

    private static TelemetryMessage.Acks? ReadAcks(ref WireReader reader)
    {
        var count = reader.Count(MostEntries);
        var acks = ImmutableArray.CreateBuilder<BlockAck>();
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            acks.Add(new(LogStreamKey.Read(ref reader), reader.Int64(), reader.Byte() != 0));
        }
        return reader.AtEnd ? new(acks.DrainToImmutable()) : null;
    }

    private static TelemetryMessage.Watched? ReadWatched(ref WireReader reader)
    {
        var count = reader.Count(MostEntries);
        var services = ImmutableArray.CreateBuilder<Guid>();
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            services.Add(reader.Guid());
        }
        return reader.AtEnd ? new(services.DrainToImmutable()) : null;
    }

    private static TelemetryMessage.Positions? ReadPositions(ref WireReader reader)
    {
        var last = reader.Byte() != 0;
        var count = reader.Count(MostEntries);
        var streams = ImmutableArray.CreateBuilder<StreamPosition>();
        for (var i = 0; i < count && !reader.Failed; i++)
        {
            streams.Add(new(LogStreamKey.Read(ref reader), reader.Int64(), LogCursor.Read(ref reader)));
        }
        return reader.AtEnd ? new(streams.DrainToImmutable(), last) : null;
    }
}
