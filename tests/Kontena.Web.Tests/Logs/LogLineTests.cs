using System.Text;
using CsCheck;
using Kontena.Core.Logs;
using Kontena.Web.Logs;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Kontena.Web.Tests.Logs;

public sealed class LogLineTests
{
    private static readonly Gen<LogLineId> Id =
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Long[0, uint.MaxValue], Gen.Long[0, LogLineId.MostSequence], Gen.Int[0, 0xfffff])
            .Select((at, stream, sequence, index) => new LogLineId(at, stream, sequence, index));

    [Fact]
    public void An_id_comes_back_from_its_text() => Id.Sample(id => LogLineId.Parse(id.ToString()) == id);

    [Fact]
    public void Ids_sort_as_text_as_the_lines_do() => Gen.Select(Id, Id).Sample((a, b) =>
        Math.Sign(string.CompareOrdinal(a.ToString(), b.ToString())) == Math.Sign(a.CompareTo(b)));

    [Fact]
    public void Any_other_text_is_no_id() => Gen.String.Sample(text => text.Length == 37 || LogLineId.Parse(text) is null);

    [Fact]
    public void A_slow_viewer_is_told_exactly_how_many_lines_it_missed() =>
        Gen.Select(Gen.Int[1, 400], Gen.Int[1, 60], Gen.Int[1, 20]).Sample((blocks, lines, takeEvery) =>
        {
            using var subscription = new LogSubscription(null);
            var stream = Stream(1);
            var (seen, lost) = (0L, 0L);
            for (var sequence = 1; sequence <= blocks; sequence++)
            {
                subscription.Take(stream, sequence, 0, [.. Enumerable.Range(0, lines).Select(i => Line(i, 2_000))], isBlock: true);
                if (sequence % takeEvery == 0)
                {
                    var (some, missed) = subscription.Take();
                    (seen, lost) = (seen + some.Count, lost + missed);
                }
            }
            for (var (some, missed) = subscription.Take(); some.Count > 0 || missed > 0; (some, missed) = subscription.Take())
            {
                (seen, lost) = (seen + some.Count, lost + missed);
            }
            return seen + lost == (long)blocks * lines;
        }, iter: 40);

    [Fact]
    public void Whatever_tails_come_before_a_block_every_line_comes_once_and_in_order() =>
        Gen.Select(Gen.Select(Gen.Int[0, 12], Gen.Int[0, 6]).Array[0, 8], Gen.Int[1, 15], Gen.Int[1, 4]).Sample((tails, lines, blocks) =>
        {
            using var subscription = new LogSubscription(null);
            var stream = Stream(1);
            for (var sequence = 1; sequence <= blocks; sequence++)
            {
                LogLine[] all = [.. Enumerable.Range(0, lines).Select(i => Line((sequence * 100) + i, 5))];
                foreach (var (first, count) in tails.Where(t => t.Item1 < lines))
                {
                    subscription.Take(stream, sequence, first, all[first..Math.Min(lines, first + count)], isBlock: false);
                }
                subscription.Take(stream, sequence, 0, all, isBlock: true);
                subscription.Take(stream, sequence, 0, all, isBlock: true); // a repeat costs nothing
            }
            var (entries, lost) = subscription.Take();
            return lost == 0 && entries.Select(e => (e.Id.Sequence, e.Id.Index))
                .SequenceEqual(from sequence in Enumerable.Range(1, blocks) from i in Enumerable.Range(0, lines) select ((long)sequence, i));
        });

    [Fact]
    public void A_viewer_of_one_instance_gets_no_other()
    {
        using var subscription = new LogSubscription(2);
        subscription.Take(Stream(1), 1, 0, [Line(1, 5)], isBlock: true);
        subscription.Take(Stream(2), 1, 0, [Line(2, 5)], isBlock: true);
        Assert.Equal(2, Assert.Single(subscription.Take().Entries).Number);
    }

    [Theory]
    [InlineData("ERROR", false, "an error here", true)]
    [InlineData("error.*here$", true, "an Error is here", true)]
    [InlineData("^here", true, "an error is here", false)]
    [InlineData(".*", false, "no star", false)]
    public void A_search_matches_without_regard_to_case(string text, bool regex, string line, bool matches) =>
        Assert.Equal(matches, SearchLogs.Matcher(text, regex).Value!(new(0, LogSource.Stdout, false, Encoding.UTF8.GetBytes(line))));

    [Theory]
    [InlineData("(unclosed", true)]
    [InlineData("(?=ahead)", true)]
    [InlineData("(a)\\1", true)]
    [InlineData("", false)]
    [InlineData(null, true)]
    public void A_search_that_cannot_be_done_is_refused_in_words(string? text, bool regex) =>
        Assert.Equal("bad_search", SearchLogs.Matcher(text, regex).Problem?.Code);

    [Fact]
    public void An_expression_that_explodes_elsewhere_takes_no_time_here()
    {
        var matcher = SearchLogs.Matcher("^(a+)+$", true).Value!;
        var line = new LogLine(0, LogSource.Stdout, false, Encoding.UTF8.GetBytes(new string('a', 60_000) + "!"));
        var began = TimeProvider.System.GetTimestamp();
        Assert.False(matcher(line));
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 2);
    }

    [Theory]
    [InlineData("https://kontena.example", "kontena.example", true)]
    [InlineData("http://localhost:8080", "localhost:8080", true)]
    [InlineData("https://kontena.example", "kontena.example:443", true)]
    [InlineData("http://localhost:8080", "localhost:8081", false)]
    [InlineData("https://kontena.example.evil", "kontena.example", false)]
    [InlineData("null", "kontena.example", false)]
    [InlineData("", "kontena.example", true)]
    public void Only_pages_of_the_same_host_may_open_the_live_hub(string origin, string host, bool same)
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Origin = origin;
        http.Request.Host = new(host);
        Assert.Equal(same, LogsSetup.IsSameHost(http.Request));
    }

    private static LogLine Line(int number, int length) => new(number, LogSource.Stdout, false, new byte[length]);

    private static LogStream Stream(int number) => new()
    {
        GridId = default, NodeId = default, ServiceId = default, InstanceId = Guid.CreateVersion7(), Number = number,
        ContainerId = new string('a', 64), CreatedAt = default, StoredAt = default,
    };
}
