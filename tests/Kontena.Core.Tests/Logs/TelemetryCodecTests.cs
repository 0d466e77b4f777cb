using CsCheck;
using Kontena.Core.Logs;
using Xunit;

namespace Kontena.Core.Tests.Logs;

public sealed class TelemetryCodecTests
{
    [Fact]
    public void Every_message_comes_back_as_it_was_sent() => LogGen.Message.Sample(message =>
    {
        var frame = TelemetryCodec.Encode(message);
        var decoded = TelemetryCodec.Decode(frame).Value!;
        return decoded.GetType() == message.GetType() && TelemetryCodec.Encode(decoded).AsSpan().SequenceEqual(frame);
    }, iter: 500);

    [Fact]
    public void A_block_frame_comes_back_as_it_was_sent() =>
        Gen.Select(LogGen.Stream, LogGen.Lines).Sample((stream, lines) =>
        {
            var block = LogGen.Seal(stream, 9, default, lines);
            return TelemetryCodec.Decode(TelemetryCodec.Block(block)).Value is TelemetryMessage.Block b
                && b.Header.Stream == stream && b.Bytes.Span.SequenceEqual(block);
        }, iter: 100);

    [Fact]
    public void Random_bytes_are_a_problem_or_a_message_but_never_an_exception() =>
        Gen.Select(Gen.Byte[0, 7], Gen.Byte.Array[0, 2_000]).Sample((kind, bytes) =>
        {
            var result = TelemetryCodec.Decode(bytes.Prepend(kind).ToArray());
            return result.Ok || result.Problem.Code == "bad_frame";
        });

    [Fact]
    public void A_frame_with_flipped_bytes_or_cut_short_never_throws() =>
        Gen.Select(LogGen.Message, Gen.Int[0, int.MaxValue], Gen.Byte, Gen.Int[0, int.MaxValue]).Sample((message, where, flip, cut) =>
        {
            var frame = TelemetryCodec.Encode(message);
            frame[where % frame.Length] ^= flip;
            var result = TelemetryCodec.Decode(frame.AsMemory(0, cut % (frame.Length + 1)));
            return result.Ok || result.Problem.Code == "bad_frame";
        });

    [Fact]
    public void A_claimed_count_beyond_the_limits_is_refused_without_allocating_it()
    {
        byte[] claimed = [(byte)TelemetryFrame.Watched, 0xff, 0xff, 0xff, 0xff, 0x0f];
        Assert.Equal("bad_frame", TelemetryCodec.Decode(claimed).Problem?.Code);
        Assert.Equal("bad_frame", TelemetryCodec.Decode(new byte[TelemetryCodec.LongestFrame + 1]).Problem?.Code);
        Assert.Equal("bad_frame", TelemetryCodec.Decode(default).Problem?.Code);
    }
}
