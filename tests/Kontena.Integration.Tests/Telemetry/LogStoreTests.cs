using Kontena.Core.Logs;
using Kontena.TestKit.Databases;
using Kontena.Web.Data;
using Kontena.Web.Logs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.AspNetCore.Hosting;
using Xunit;

namespace Kontena.Integration.Tests.Telemetry;

public sealed class LogStoreTests(PostgresFixture postgres)
{
    public static TheoryData<string, bool> Stores => new() { { "Files", false }, { "Database", false }, { "Database", true } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Stores))]
    public async Task Pages_backwards_yield_every_line_once_and_in_order_although_instances_overlap(string store, bool onPostgres)
    {
        await using var master = await StartAsync(store, onPostgres);
        var (first, second) = await TwoStreamsAsync(master);
        await AppendAsync(master, first, 1, Enumerable.Range(0, 500).Where(n => n % 2 == 0));
        await AppendAsync(master, second, 1, Enumerable.Range(0, 700).Where(n => n % 2 == 1));
        await AppendAsync(master, first, 2, Enumerable.Range(500, 500).Where(n => n % 2 == 0));
        await AppendAsync(master, second, 2, Enumerable.Range(700, 300).Where(n => n % 2 == 1));

        var lines = await master.AllLinesAsync(Cancel, pageSize: 33);
        Assert.Equal(Enumerable.Range(0, 1_000).Select(n => $"line {n}"), lines.Select(l => l.X));
        Assert.Equal(lines.Select(l => l.Id).Order(StringComparer.Ordinal), lines.Select(l => l.Id));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_block_that_comes_twice_is_acknowledged_twice_and_stored_once(string store, bool onPostgres)
    {
        await using var master = await StartAsync(store, onPostgres);
        var stream = await StreamAsync(master, 'a');
        await AppendAsync(master, stream, 1, Enumerable.Range(0, 50));
        await AppendAsync(master, stream, 1, Enumerable.Range(0, 50));
        await AppendAsync(master, stream, 2, Enumerable.Range(50, 50));
        await AppendAsync(master, stream, 1, Enumerable.Range(0, 50));
        Assert.Equal(Enumerable.Range(0, 100).Select(n => $"line {n}"), (await master.AllLinesAsync(Cancel)).Select(l => l.X));
        Assert.Equal(2, stream.Position().Sequence);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_master_that_starts_again_knows_every_position(string store, bool onPostgres)
    {
        await using var master = await StartAsync(store, onPostgres);
        var stream = await StreamAsync(master, 'a');
        await AppendAsync(master, stream, 1, Enumerable.Range(0, 50));
        await AppendAsync(master, stream, 2, Enumerable.Range(50, 50));
        if (store == "Files")
        {
            await Again(master).OpenAsync(Cancel); // without closing the first: as after a kill
        }
        var streams = new LogStreams(master.Get<IDbContextFactory<KontenaDb>>(), TimeProvider.System);
        var position = Assert.Single(await streams.OfNodeAsync(master.NodeId, Cancel)).Position();
        Assert.Equal(new StreamPosition(stream.Key, 2, new LogCursor(99_000_000, 1, 0, 0)), position);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Search_finds_text_and_expressions_within_a_time(string store, bool onPostgres)
    {
        await using var master = await StartAsync(store, onPostgres);
        var stream = await StreamAsync(master, 'a');
        await AppendAsync(master, stream, 1, Enumerable.Range(0, 1_000));
        await AppendAsync(master, stream, 2, Enumerable.Range(1_000, 1_000));
        async Task<string[]> FindAsync(string text, bool regex, long? from = null, long? to = null, int count = 100) =>
            [.. (await master.Get<SearchLogs>().HandleAsync(TelemetryMaster.Path, null, text, regex, from, to, count, master.Administrator, Cancel)).Value!.Lines.Select(l => l.X)];

        Assert.Equal(["line 77", "line 770", "line 771"], (await FindAsync("LINE 77", false)).Take(3));
        Assert.Equal(["line 55", "line 155"], (await FindAsync("^line 1?55$", true)));
        Assert.Equal(["line 1999"], await FindAsync("line", false, count: 1));
        Assert.Equal(["line 10", "line 11"], await FindAsync("line", false, from: 10, to: 11));
        Assert.Empty(await FindAsync("nothing like it", false));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Retention_takes_the_oldest_lines_of_a_service_that_has_too_many(string store, bool onPostgres)
    {
        await using var master = await StartAsync(store, onPostgres, segmentBytes: 64 << 10);
        var stream = await StreamAsync(master, 'a');
        var random = new Random(5);
        for (var sequence = 1; sequence <= 40; sequence++)
        {
            var builder = new LogBlockBuilder();
            for (var i = 0; i < 100; i++)
            {
                var number = ((sequence - 1) * 100) + i;
                var noise = new byte[200];
                random.NextBytes(noise);
                builder.Add(new(number * 1_000_000L, LogSource.Stdout, false, noise));
            }
            await AppendAsync(master, stream, builder.Seal(stream.Key, sequence, default));
        }
        var before = (await master.AllLinesAsync(Cancel)).Count;
        await master.Get<ILogStore>().TrimAsync(DateTimeOffset.UnixEpoch, 400_000, Cancel);
        var after = await master.AllLinesAsync(Cancel);
        Assert.Equal(4_000, before);
        Assert.InRange(after.Count, 1_000, 2_000);
        Assert.Equal(3_999, after[^1].T);
        await master.Get<ILogStore>().TrimAsync(DateTimeOffset.MaxValue, long.MaxValue, Cancel);
        Assert.InRange((await master.AllLinesAsync(Cancel)).Count, 0, store == "Files" ? 500 : 0); // an open segment stays
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(150)]
    public async Task A_segment_whose_end_a_kill_cut_off_loses_only_that_and_takes_it_again(int cut)
    {
        await using var master = await StartAsync("Files", false);
        var stream = await StreamAsync(master, 'a');
        await AppendAsync(master, stream, 1, Enumerable.Range(0, 100));
        await AppendAsync(master, stream, 2, Enumerable.Range(100, 100));
        var file = Assert.Single(Directory.EnumerateFiles(Path.Combine(master.Data.Path, "logs"), "*.klog", SearchOption.AllDirectories));
        using (var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            RandomAccess.SetLength(handle, RandomAccess.GetLength(handle) - cut);
        }
        var again = Again(master);
        await again.OpenAsync(Cancel);
        var streams = new LogStreams(master.Get<IDbContextFactory<KontenaDb>>(), TimeProvider.System);
        var known = Assert.Single(await streams.OfNodeAsync(master.NodeId, Cancel));
        Assert.Equal(1, known.Position().Sequence);
        var reader = new LogReader(again, streams, Microsoft.Extensions.Logging.Abstractions.NullLogger<LogReader>.Instance);
        var bytes = Blocks.Of(stream.Key, 2, Enumerable.Range(100, 100));
        Assert.True(LogBlockHeader.TryVerify(bytes, out var header));
        await again.AppendAsync([new(known, header, bytes)], Cancel);
        var found = await reader.ReadAsync(new(master.ServiceId, null, null, 0, long.MaxValue, 1_000), Cancel, Cancel);
        Assert.Equal(Enumerable.Range(0, 200).Select(n => n * 1_000_000L), found.Entries.Select(e => e.Line.At));
        await again.CloseAsync(Cancel);
    }

    [Fact]
    public async Task Two_masters_that_get_the_same_block_store_it_once()
    {
        var database = await postgres.CreateDatabaseAsync(Cancel);
        await using var one = await TelemetryMaster.StartAsync(Cancel, database, LogStoreKind.Database);
        var stream = await StreamAsync(one, 'a');
        var streams = new LogStreams(one.Get<IDbContextFactory<KontenaDb>>(), TimeProvider.System);
        var same = Assert.Single(await streams.OfNodeAsync(one.NodeId, Cancel));
        var stores = Enumerable.Range(0, 4).Select(_ => new DatabaseLogStore(one.Get<IDbContextFactory<KontenaDb>>(), TimeProvider.System)).ToList();
        for (var sequence = 1; sequence <= 20; sequence++)
        {
            var bytes = Blocks.Of(stream.Key, sequence, Enumerable.Range(sequence * 10, 10));
            Assert.True(LogBlockHeader.TryVerify(bytes, out var header));
            await Task.WhenAll(stores.Select(store => store.AppendAsync([new(same, header, bytes)], Cancel)));
        }
        Assert.Equal(200, (await one.AllLinesAsync(Cancel)).Count);
    }

    [Fact]
    public async Task A_viewer_at_one_master_gets_the_lines_that_another_master_stored()
    {
        var database = await postgres.CreateDatabaseAsync(Cancel);
        await using var here = await TelemetryMaster.StartAsync(Cancel, database, LogStoreKind.Database);
        var service = (await here.Get<FollowLogs>().OpenAsync(TelemetryMaster.Path, here.Administrator, Cancel)).Value!;
        var batches = here.Get<FollowLogs>().RunAsync(service, null, 10, Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await batches.MoveNextAsync());

        var databases = here.Get<IDbContextFactory<KontenaDb>>();
        var there = new LogStreams(databases, TimeProvider.System);
        var stream = (await there.ResolveAsync(here.NodeId, here.GridId, new(here.InstanceId, Blocks.Container('a')), Cancel))!;
        for (var sequence = 1; sequence <= 3; sequence++)
        {
            var bytes = Blocks.Of(stream.Key, sequence, Enumerable.Range(sequence * 10, 10));
            Assert.True(LogBlockHeader.TryVerify(bytes, out var header));
            await new DatabaseLogStore(databases, TimeProvider.System).AppendAsync([new(stream, header, bytes)], Cancel);
        }
        var seen = new List<string>();
        while (seen.Count < 30 && await batches.MoveNextAsync())
        {
            seen.AddRange(batches.Current.Lines.Select(l => l.X));
        }
        Assert.Equal(Enumerable.Range(10, 30).Select(n => $"line {n}"), seen);
        await batches.DisposeAsync();
    }

    private static SegmentLogStore Again(TelemetryMaster master) =>
        ActivatorUtilities.CreateInstance<SegmentLogStore>(master.Services);

    private static async Task<LogStream> StreamAsync(TelemetryMaster master, char container) =>
        await master.Get<LogStreams>().ResolveAsync(master.NodeId, master.GridId, new(master.InstanceId, Blocks.Container(container)), Cancel)
        ?? throw new InvalidOperationException("The stream was refused.");

    private static async Task<(LogStream, LogStream)> TwoStreamsAsync(TelemetryMaster master) =>
        (await StreamAsync(master, 'a'), await StreamAsync(master, 'b'));

    private static Task AppendAsync(TelemetryMaster master, LogStream stream, long sequence, IEnumerable<int> numbers) =>
        AppendAsync(master, stream, Blocks.Of(stream.Key, sequence, numbers));

    /// <summary>Through the one writer, and waits for the acknowledgement.</summary>
    private static async Task AppendAsync(TelemetryMaster master, LogStream stream, byte[] bytes)
    {
        Assert.True(LogBlockHeader.TryVerify(bytes, out var header));
        var source = new Source();
        await master.Get<LogIngest>().AddAsync(new(stream, header, bytes), source, Cancel);
        Assert.Equal(new BlockAck(stream.Key, header.Sequence, false), await source.Answer.Task.WaitAsync(Cancel));
    }

    private async Task<TelemetryMaster> StartAsync(string store, bool onPostgres, long segmentBytes = 16 << 20) =>
        await TelemetryMaster.StartAsync(Cancel, onPostgres ? await postgres.CreateDatabaseAsync(Cancel) : null, Enum.Parse<LogStoreKind>(store),
            builder => builder.ConfigureServices(services => services.Configure<LogOptions>(o => o.SegmentBytes = segmentBytes)));

    private sealed class Source : IBlockSource
    {
        public TaskCompletionSource<BlockAck> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Stored(in BlockAck ack) => Answer.TrySetResult(ack);

        public void NotStored(Exception cause) => Answer.TrySetException(cause);
    }
}
