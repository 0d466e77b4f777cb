using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using CsCheck;
using Kontena.Agent.Logs;
using Kontena.Core.Logs;
using Xunit;

namespace Kontena.Agent.Tests.Logs;

public sealed class EngineLogParserTests
{
    private const long At = 1_772_366_400_123_456_789;

    private static readonly Gen<(LogSource Source, long At, byte[] Text, bool Ends)[]> Records = Gen.Select(
        Gen.Bool, Gen.Long[0, 1_000_000_000], Gen.Byte[(byte)'\v', 255].Array[0, 300], Gen.Bool)
        .Select((stderr, offset, text, ends) => (stderr ? LogSource.Stderr : LogSource.Stdout, At + offset, text, ends)).Array[0, 30];

    [Fact]
    public async Task Records_come_back_whole_however_the_bytes_are_cut() =>
        await Gen.Select(Records, Gen.Int[1, 200]).SampleAsync(async (records, chunk) =>
        {
            var bytes = records.SelectMany(r => Frame(r.Source, r.At, r.Text, r.Ends)).ToArray();
            var read = await ReadAsync(bytes, chunk, tty: false);
            return read.Count == records.Length && read.Zip(records).All(pair =>
                pair.First.Source == pair.Second.Source && pair.First.At == pair.Second.At && pair.First.Ends == pair.Second.Ends
                && pair.First.Text.AsSpan().SequenceEqual(pair.Second.Text));
        }, iter: 100);

    [Theory]
    [InlineData(16_383)]
    [InlineData(16_384)]
    [InlineData(16_385)]
    [InlineData(70_000)]
    public async Task A_line_of_a_terminal_is_cut_where_the_engine_cut_it(int length)
    {
        var text = new string('x', length);
        var line = text + '\r'; // the return counts when the engine cuts
        var bytes = new StringBuilder();
        for (var from = 0; ; from += EngineLogParser.EnginePart)
        {
            var rest = line.Length - from;
            bytes.Append(Stamp(At)).Append(line.AsSpan(from, Math.Min(EngineLogParser.EnginePart, rest)));
            if (rest < EngineLogParser.EnginePart)
            {
                break;
            }
        }
        bytes.Append('\n').Append(Stamp(At + 1)).Append("next\r\n");
        var lines = new List<string>();
        var assembler = new LineAssembler(default, (l, _) => lines.Add(Encoding.UTF8.GetString(l.Text.Span)), tty: true);
        await ReadAsync(Encoding.UTF8.GetBytes(bytes.ToString()), 4096, tty: true, assembler);
        Assert.Equal("next", lines[^1]);
        Assert.Equal(text, string.Concat(lines.SkipLast(1)));
    }

    [Theory]
    [InlineData("2026-03-01T12:00:00.123456789Z ", At)]
    [InlineData("2026-03-01T14:00:00.123456789+02:00 ", At)]
    [InlineData("2026-03-01T12:00:00Z ", 1_772_366_400_000_000_000)]
    [InlineData("2026-03-01T12:00:00.5Z ", 1_772_366_400_500_000_000)]
    public void Times_are_read_to_the_nanosecond(string text, long expected) =>
        Assert.Equal((expected, text.Length), EngineTimestamp.Read(new(Encoding.ASCII.GetBytes(text))));

    [Theory]
    [InlineData("2026-13-01T12:00:00Z x")]
    [InlineData("2026-02-30T12:00:00Z x")]
    [InlineData("no time at all")]
    [InlineData("")]
    public void What_is_no_time_is_none(string text) => Assert.Null(EngineTimestamp.Read(new(Encoding.ASCII.GetBytes(text))));

    [Fact]
    public void Bytes_that_are_no_frames_end_in_an_error_that_says_so() =>
        Gen.Byte.Array[8, 200].Sample(bytes =>
        {
            bytes[0] = 9;
            var buffer = new ReadOnlySequence<byte>(bytes);
            Assert.Throws<EngineLogException>(() => new EngineLogParser(tty: false).TryRead(ref buffer, complete: true, out _));
        });

    internal static byte[] Frame(LogSource source, long at, byte[] text, bool ends)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(Stamp(at)), .. text, .. ends ? "\n"u8 : ""u8];
        var header = new byte[8];
        header[0] = (byte)source;
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), body.Length);
        return [.. header, .. body];
    }

    internal static string Stamp(long at) =>
        DateTimeOffset.UnixEpoch.AddTicks(at / 100).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture)
        + string.Create(CultureInfo.InvariantCulture, $".{at % 1_000_000_000:D9}Z ");

    private static async Task<List<(LogSource Source, long At, byte[] Text, bool Ends)>> ReadAsync(
        byte[] bytes, int chunk, bool tty, LineAssembler? lines = null)
    {
        var pipe = new Pipe();
        var writing = Task.Run(async () =>
        {
            for (var from = 0; from < bytes.Length; from += chunk)
            {
                await pipe.Writer.WriteAsync(bytes.AsMemory(from, Math.Min(chunk, bytes.Length - from)));
            }
            await pipe.Writer.CompleteAsync();
        });
        var parser = new EngineLogParser(tty);
        var read = new List<(LogSource, long, byte[], bool)>();
        while (true)
        {
            var result = await pipe.Reader.ReadAsync();
            var buffer = result.Buffer;
            while (parser.TryRead(ref buffer, result.IsCompleted, out var record))
            {
                lines?.Take(record);
                read.Add((record.Source, record.At, record.Text.ToArray(), record.EndsLine));
            }
            pipe.Reader.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                break;
            }
        }
        await writing;
        return read;
    }
}
