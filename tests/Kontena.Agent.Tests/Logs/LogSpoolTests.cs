using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using CsCheck;
using Kontena.Agent.Logs;
using Kontena.Core.Logs;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Kontena.Agent.Tests.Logs;

public sealed class LogSpoolTests : IDisposable
{
    private static readonly LogStreamKey Stream = new(Guid.CreateVersion7(), new string('c', 64));
    private readonly string _folder = Directory.CreateTempSubdirectory("kontena-spool-").FullName;
    private readonly FakeTimeProvider _time = new();
    private readonly Random _random = new(3);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_line_is_either_delivered_or_counted_in_a_marker_when_the_spool_overflows()
    {
        var spool = new LogSpool(_folder, _time, hostLimitBytes: 10_000_000, streamLimitBytes: 400_000);
        var stream = await OpenAsync(spool);
        Write(stream, 0, 3_000);
        var master = new Master();
        master.Take(stream, acknowledge: 2); // two of the sent ones are stored, the others are lost on their way
        spool.Disconnect();
        Write(stream, 3_000, 40_000);
        spool.Connect(master.Positions);
        stream.SealWhenDue(TimeSpan.Zero);
        master.TakeAll(stream);

        var marker = Assert.Single(master.Lines, l => l.Source is LogSource.Kontena);
        var lost = long.Parse(Encoding.UTF8.GetString(marker.Text.Span).Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.True(lost > 0);
        Assert.Equal(43_000, master.Numbers.Count + lost);
        Assert.Equal(lost, spool.LinesLost);
        Assert.Equal(master.Numbers.Order(), master.Numbers);
        Assert.Equal(master.Numbers.Count, master.Numbers.Distinct().Count());
        Assert.Empty(Directory.EnumerateFiles(_folder));
    }

    [Fact]
    public async Task Blocks_that_the_master_stored_without_the_agent_hearing_of_it_are_not_counted_as_lost()
    {
        var spool = new LogSpool(_folder, _time, hostLimitBytes: 10_000_000, streamLimitBytes: 200_000);
        var stream = await OpenAsync(spool);
        Write(stream, 0, 4_000);
        var master = new Master();
        master.Take(stream, acknowledge: 0);
        spool.Disconnect();
        Write(stream, 4_000, 20_000);
        spool.Connect(master.Positions);
        master.TakeAll(stream);
        stream.SealWhenDue(TimeSpan.Zero);
        master.TakeAll(stream);
        var marker = Assert.Single(master.Lines, l => l.Source is LogSource.Kontena);
        var lost = long.Parse(Encoding.UTF8.GetString(marker.Text.Span).Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.Equal(24_000, master.Numbers.Count + lost);
        Assert.True(master.Numbers.Count > 4 * 100, "what was stored on the first connection is there");
    }

    [Fact]
    public async Task What_waited_on_disk_survives_the_agent()
    {
        var first = new LogSpool(_folder, _time);
        var stream = await OpenAsync(first);
        first.Disconnect();
        Write(stream, 0, 20_000);
        var cursor = stream.Cursor;
        first.Save();

        var second = new LogSpool(_folder, _time);
        var master = new Master();
        second.Connect(master.Positions);
        var (again, isNew) = await second.OpenAsync(Stream, TestContext.Current.CancellationToken);
        Assert.False(isNew);
        Assert.Equal(cursor, again.Cursor);
        master.TakeAll(again);
        Assert.Equal(Enumerable.Range(0, 20_000), master.Numbers);
    }

    [Fact]
    public async Task A_file_that_a_kill_cut_short_loses_only_its_end_and_reading_goes_on_from_there()
    {
        var first = new LogSpool(_folder, _time);
        var stream = await OpenAsync(first);
        first.Disconnect();
        Write(stream, 0, 20_000);
        first.Save();
        var file = Directory.EnumerateFiles(_folder).Order(StringComparer.Ordinal).Last();
        using (var handle = File.OpenWrite(file))
        {
            handle.SetLength(handle.Length - 10);
        }
        var second = new LogSpool(_folder, _time);
        var master = new Master();
        second.Connect(master.Positions);
        var (again, _) = await second.OpenAsync(Stream, TestContext.Current.CancellationToken);
        var from = (int)again.Cursor.StdoutAt; // in this test a line's time is its number plus one
        Assert.InRange(from, 1, 19_999);
        Write(again, from, 20_000 - from);
        again.SealWhenDue(TimeSpan.Zero);
        master.TakeAll(again);
        Assert.Equal(Enumerable.Range(0, 20_000), master.Numbers);
    }

    [Fact]
    public async Task A_position_of_the_master_beyond_the_spool_is_where_reading_goes_on()
    {
        var spool = new LogSpool(_folder, _time);
        var cursor = new LogCursor(500, 1, 0, 0);
        spool.Connect(ImmutableDictionary<LogStreamKey, StreamPosition>.Empty.Add(Stream, new(Stream, 17, cursor)));
        var (stream, isNew) = await spool.OpenAsync(Stream, TestContext.Current.CancellationToken);
        Assert.False(isNew);
        Assert.Equal(cursor, stream.Cursor);
        Write(stream, 500, 1);
        stream.SealWhenDue(TimeSpan.Zero);
        Assert.Equal(18, LogBlock.Open(stream.NextBlock()).Value!.Header.Sequence);
    }

    [Fact]
    public async Task Reading_waits_for_the_first_contact_with_a_master()
    {
        var spool = new LogSpool(_folder, _time);
        var opening = spool.OpenAsync(Stream, TestContext.Current.CancellationToken);
        Assert.False(opening.IsCompleted);
        spool.Connect(ImmutableDictionary<LogStreamKey, StreamPosition>.Empty);
        Assert.True((await opening).IsNew);
    }

    [Fact]
    public async Task A_reader_waits_while_the_window_is_full_and_goes_on_when_the_connection_is_lost()
    {
        var spool = new LogSpool(_folder, _time);
        var stream = await OpenAsync(spool);
        Write(stream, 0, 20_000);
        var waiting = stream.WaitForRoomAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(waiting.IsCompleted);
        spool.Disconnect();
        await waiting;
    }

    [Fact]
    public async Task A_refused_stream_keeps_nothing()
    {
        var spool = new LogSpool(_folder, _time);
        var stream = await OpenAsync(spool);
        Write(stream, 0, 20_000);
        stream.Acknowledge(1, refused: true);
        Write(stream, 20_000, 10);
        Assert.True(stream.IsEmpty);
    }

    [Fact]
    public async Task A_new_block_and_its_tail_share_sequence_and_indices()
    {
        var spool = new LogSpool(_folder, _time);
        var stream = await OpenAsync(spool);
        Write(stream, 0, 10);
        var tail = stream.NextTail()!;
        Write(stream, 10, 5);
        var more = stream.NextTail()!;
        Assert.Null(stream.NextTail());
        _time.Advance(LogCollector.SealAfter);
        stream.SealWhenDue(LogCollector.SealAfter);
        var block = LogBlock.Open(stream.NextBlock()).Value!;
        Assert.Equal((block.Header.Sequence, 0, 10), (tail.Sequence, tail.First, tail.Lines.Length));
        Assert.Equal((block.Header.Sequence, 10, 5), (more.Sequence, more.First, more.Lines.Length));
        Assert.Equal(15, block.Lines.Length);
    }

    private static async Task<StreamSpool> OpenAsync(LogSpool spool)
    {
        spool.Connect(ImmutableDictionary<LogStreamKey, StreamPosition>.Empty);
        return (await spool.OpenAsync(Stream, TestContext.Current.CancellationToken)).Spool;
    }

    private void Write(StreamSpool stream, int from, int count)
    {
        for (var i = from; i < from + count; i++)
        {
            var text = Encoding.UTF8.GetBytes($"{i} {_random.NextInt64():x}{_random.NextInt64():x}{_random.NextInt64():x}{_random.NextInt64():x}");
            stream.Add(new(i + 1, LogSource.Stdout, false, text), new LogCursor(i + 1, 1, 0, 0));
        }
    }

    /// <summary>Stores blocks as a master does: each once, in order, acknowledged or not.</summary>
    private sealed class Master
    {
        private StreamPosition? _position;

        public List<LogLine> Lines { get; } = [];

        public List<int> Numbers => [.. Lines.Where(l => l.Source is not LogSource.Kontena)
            .Select(l => int.Parse(Encoding.UTF8.GetString(l.Text.Span).Split(' ')[0], CultureInfo.InvariantCulture))];

        public ImmutableDictionary<LogStreamKey, StreamPosition> Positions => _position is { } position
            ? ImmutableDictionary<LogStreamKey, StreamPosition>.Empty.Add(position.Stream, position)
            : ImmutableDictionary<LogStreamKey, StreamPosition>.Empty;

        public void TakeAll(StreamSpool stream)
        {
            while (Take(stream, int.MaxValue) > 0)
            {
            }
        }

        public int Take(StreamSpool stream, int acknowledge)
        {
            var taken = 0;
            var blocks = new List<OpenBlock>();
            while (stream.NextBlock() is { } bytes)
            {
                blocks.Add(LogBlock.Open(bytes).Value!);
            }
            foreach (var block in blocks)
            {
                if (block.Header.Sequence > (_position?.Sequence ?? 0))
                {
                    Lines.AddRange(block.Lines);
                    _position = new(block.Header.Stream, block.Header.Sequence, block.Header.Cursor);
                }
                if (taken++ < acknowledge)
                {
                    stream.Acknowledge(block.Header.Sequence, refused: false);
                }
            }
            return taken;
        }
    }
}
