using System.Collections.Immutable;
using CsCheck;
using Kontena.Core.Logs;
using Kontena.Core.Stats;

namespace Kontena.Core.Tests.Logs;

/// <summary>Lines, streams and frames as containers and agents may produce them.</summary>
internal static class LogGen
{
    public static readonly Gen<LogStreamKey> Stream =
        Gen.Select(Gen.Guid, Gen.Byte.Array[32]).Select((instance, container) => new LogStreamKey(instance, Convert.ToHexStringLower(container)));

    public static readonly Gen<LogLine> Line = Gen.Select(
            Gen.Long[0, 4_000_000_000_000_000_000],
            Gen.Int[1, 3].Select(source => (LogSource)source),
            Gen.Bool,
            Gen.Frequency((20, Gen.Byte.Array[0, 200]), (1, Gen.Byte.Array[LogLineCodec.LongestText])))
        .Select((at, source, partial, text) => new LogLine(at, source, partial, text));

    public static readonly Gen<LogLine[]> Lines = Line.Array[1, 60];

    public static readonly Gen<LogCursor> Cursor =
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Int[0, int.MaxValue], Gen.Long[0, long.MaxValue], Gen.Int[0, int.MaxValue])
            .Select((outAt, outCount, errAt, errCount) => new LogCursor(outAt, outCount, errAt, errCount));

    public static readonly Gen<StatSample> Sample =
        Gen.Long.Array[8].Select(v => new StatSample(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]));

    public static readonly Gen<NodeStatSample> NodeSample =
        Gen.Select(Gen.Int[0, 100_000], Gen.Int[0, 500_000], Gen.Long.Array[9]).Select((cpu, load, v) =>
            new NodeStatSample(v[0], cpu / 1_000.0, load / 1_000.0, v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]));

    public static readonly Gen<TelemetryMessage> Message = Gen.OneOf<TelemetryMessage>(
        Gen.Select(Stream, Gen.Long[1, long.MaxValue], Gen.Int[0, 5_000], Line.Array[0, 3]).Select((stream, sequence, first, lines) =>
            (TelemetryMessage)new TelemetryMessage.Tail(stream, sequence, first, [.. lines])),
        Gen.Select(Gen.Select(Gen.Guid, Sample.Array[0, 10]).Array[0, 5], NodeSample.Array[0, 5]).Select((instances, node) =>
            (TelemetryMessage)new TelemetryMessage.Stats(
                [.. instances.Select(i => new InstanceSamples(i.Item1, ImmutableArray.Create(i.Item2)))], [.. node])),
        Gen.Select(Stream, Gen.Long, Gen.Bool).Array[0, 20].Select(acks =>
            (TelemetryMessage)new TelemetryMessage.Acks([.. acks.Select(a => new BlockAck(a.Item1, a.Item2, a.Item3))])),
        Gen.Guid.Array[0, 20].Select(ids => (TelemetryMessage)new TelemetryMessage.Watched([.. ids])),
        Gen.Select(Gen.Select(Stream, Gen.Long, Cursor).Array[0, 20], Gen.Bool).Select((streams, last) =>
            (TelemetryMessage)new TelemetryMessage.Positions([.. streams.Select(s => new StreamPosition(s.Item1, s.Item2, s.Item3))], last)));

    public static byte[] Seal(LogStreamKey stream, long sequence, LogCursor cursor, IEnumerable<LogLine> lines)
    {
        var builder = new LogBlockBuilder();
        foreach (var line in lines.TakeWhile(_ => !builder.IsFull))
        {
            builder.Add(line);
        }
        return builder.Seal(stream, sequence, cursor);
    }

    public static bool Same(LogLine a, LogLine b) =>
        a.At == b.At && a.Source == b.Source && a.Partial == b.Partial && a.Text.Span.SequenceEqual(b.Text.Span);
}
