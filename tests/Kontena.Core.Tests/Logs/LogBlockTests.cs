using System.Text;
using CsCheck;
using Kontena.Core.Logs;
using Xunit;

namespace Kontena.Core.Tests.Logs;

public sealed class LogBlockTests
{
    [Fact]
    public void A_sealed_block_opens_to_the_same_lines_and_header() =>
        Gen.Select(LogGen.Stream, Gen.Long[1, long.MaxValue], LogGen.Cursor, LogGen.Lines).Sample((stream, sequence, cursor, lines) =>
        {
            var opened = LogBlock.Open(LogGen.Seal(stream, sequence, cursor, lines)).Value!;
            var kept = lines.Take(opened.Lines.Length).ToArray();
            return opened.Header.Stream == stream && opened.Header.Sequence == sequence && opened.Header.Cursor == cursor
                && opened.Header.FirstAt == kept.Min(l => l.At) && opened.Header.LastAt == kept.Max(l => l.At)
                && kept.Zip(opened.Lines).All(pair => LogGen.Same(pair.First, pair.Second));
        }, iter: 300);

    [Fact]
    public void Any_changed_byte_makes_the_block_damaged() =>
        Gen.Select(LogGen.Stream, LogGen.Lines, Gen.Int[0, int.MaxValue], Gen.Byte[1, 255]).Sample((stream, lines, where, flip) =>
        {
            var block = LogGen.Seal(stream, 1, default, lines);
            block[where % block.Length] ^= flip;
            return !LogBlock.Open(block).Ok;
        }, iter: 300);

    [Fact]
    public void A_block_cut_short_anywhere_is_damaged() =>
        Gen.Select(LogGen.Stream, LogGen.Lines, Gen.Int[0, int.MaxValue]).Sample((stream, lines, where) =>
        {
            var block = LogGen.Seal(stream, 1, default, lines);
            return !LogBlock.Open(block.AsSpan(0, where % block.Length)).Ok;
        }, iter: 300);

    [Fact]
    public void A_right_checksum_over_hostile_content_is_still_only_a_damaged_block() =>
        Gen.Select(LogGen.Stream, Gen.Byte.Array[1, 500], Gen.Int[1, LogBlock.RawLimit], Gen.Int[1, 2_000]).Sample((stream, stored, raw, lines) =>
        {
            var header = new LogBlockHeader(stream, 1, 0, 1, Math.Min(lines, Math.Max(1, raw / 3)), raw, stored.Length, default);
            return !LogBlock.Open(header.Frame(stored)).Ok;
        });

    [Fact]
    public void A_block_never_exceeds_its_limits_however_long_and_random_its_lines_are()
    {
        var random = new Random(7);
        var builder = new LogBlockBuilder();
        while (!builder.IsFull)
        {
            var text = new byte[LogBlock.RawGoal - builder.RawLength > 20 ? LogLineCodec.LongestText - 25 : LogLineCodec.LongestText];
            random.NextBytes(text);
            builder.Add(new(long.MaxValue / 2, LogSource.Stdout, false, text));
        }
        var block = builder.Seal(new(Guid.CreateVersion7(), new string('a', 64)), 1, default);
        Assert.True(LogBlock.Open(block).Ok);
        Assert.InRange(block.Length, 1, TelemetryCodec.LongestFrame - 1);
    }

    [Fact]
    public void Lines_that_are_not_sealed_yet_can_be_read_from_any_index() =>
        Gen.Select(LogGen.Lines, Gen.Int[0, 100], Gen.Int[1, 500]).Sample((lines, first, bytes) =>
        {
            var builder = new LogBlockBuilder();
            var kept = lines.TakeWhile(line => { if (builder.IsFull) { return false; } builder.Add(line); return true; }).ToArray();
            var tail = builder.From(first, bytes);
            return (first >= kept.Length ? tail.Length == 0 : tail.Length > 0)
                && tail.Zip(kept.Skip(first)).All(pair => LogGen.Same(pair.First, pair.Second));
        }, iter: 300);

    [Fact]
    public void Access_log_lines_shrink_at_least_threefold()
    {
        var random = new Random(1);
        var lines = Enumerable.Range(0, 400).Select(i => new LogLine(1_700_000_000_000_000_000 + i * 1_000_000L, LogSource.Stdout, false,
            Encoding.UTF8.GetBytes($"{{\"method\":\"GET\",\"path\":\"/orders/{random.Next(9999)}\",\"status\":200,\"ms\":{random.Next(99)},\"request\":\"{random.NextInt64():x}\"}}")));
        var header = LogBlock.Open(LogGen.Seal(new(Guid.CreateVersion7(), new string('b', 64)), 1, default, lines)).Value!.Header;
        Assert.True(header.StoredLength * 3 < header.RawLength, $"{header.RawLength} bytes became {header.StoredLength}");
    }
}
