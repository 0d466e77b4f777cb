using Docker.DotNet.Models;
using Kontena.Agent.Services;
using Kontena.TestKit;
using Kontena.TestKit.Engines;
using Kontena.Web.Logs;
using Xunit;

namespace Kontena.Integration.Tests.Telemetry;

/// <summary>The whole way of a line: container, engine, agent, socket, store, viewer.</summary>
public sealed class LogPathTests(TestEngine engine)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ManagedContainers _containers = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_thousand_lines_are_all_there_exactly_once_and_errors_are_marked()
    {
        await NeedAsync();
        await using var master = await TelemetryMaster.StartAsync(Cancel);
        using var spool = new TemporaryFolder("spool");
        await using var agent = new TelemetryAgent(master.Address, master.Credential, spool.Path, _containers);
        await agent.StartAsync(Cancel);
        await RunAsync(master, "i=0; while [ $i -lt 10000 ]; do echo line $i; i=$((i+1)); done; echo complaint >&2; echo -n last");

        var lines = await UntilAsync(master, found => found.Any(l => l.X == "last"));
        Assert.Equal(Enumerable.Range(0, 10_000).Select(n => $"line {n}"), lines.Where(l => l.X.StartsWith("line", StringComparison.Ordinal)).Select(l => l.X));
        Assert.Equal("complaint", Assert.Single(lines, l => l.S == 2).X);
        Assert.Contains("started", Assert.Single(lines, l => l.S == 3).X, StringComparison.Ordinal);
        Assert.All(lines, l => Assert.Equal("web-1", l.I));
    }

    [Fact]
    public async Task A_viewer_sees_a_new_line_within_a_second_and_every_line_once()
    {
        await NeedAsync();
        await using var master = await TelemetryMaster.StartAsync(Cancel);
        using var spool = new TemporaryFolder("spool");
        await using var agent = new TelemetryAgent(master.Address, master.Credential, spool.Path, _containers);
        await agent.StartAsync(Cancel);
        await RunAsync(master, "i=0; while [ $i -lt 60 ]; do echo line $i; i=$((i+1)); sleep 0.1; done");

        var service = (await master.Get<FollowLogs>().OpenAsync(TelemetryMaster.Path, master.Administrator, Cancel)).Value!;
        var seen = new List<LiveLine>();
        var delays = new List<double>();
        await foreach (var batch in master.Get<FollowLogs>().RunAsync(service, null, 500, Cancel))
        {
            Assert.Equal(0, batch.Lost);
            seen.AddRange(batch.Lines);
            delays.AddRange(batch.Lines.Where(l => l.S == 1).Select(l => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - (double)l.T));
            if (seen.Any(l => l.X == "line 59"))
            {
                break;
            }
        }
        Assert.Equal(Enumerable.Range(0, 60).Select(n => $"line {n}"), seen.Where(l => l.S == 1).Select(l => l.X));
        delays.Sort();
        Assert.InRange(delays[delays.Count / 2], 0, 1_000);
    }

    [Fact]
    public async Task An_agent_that_starts_again_in_the_middle_loses_and_doubles_nothing()
    {
        await NeedAsync();
        await using var master = await TelemetryMaster.StartAsync(Cancel);
        using var spool = new TemporaryFolder("spool");
        var first = new TelemetryAgent(master.Address, master.Credential, spool.Path, _containers);
        await first.StartAsync(Cancel);
        await RunAsync(master, "i=0; while [ $i -lt 3000 ]; do echo line $i; [ $((i%10)) -eq 0 ] && { echo err $i >&2; sleep 0.01; }; i=$((i+1)); done; echo end");
        await UntilAsync(master, found => found.Count > 100);
        await first.DisposeAsync();
        await using (var second = new TelemetryAgent(master.Address, master.Credential, spool.Path, _containers))
        {
            await second.StartAsync(Cancel);
            await UntilAsync(master, found => found.Count > 1_000);
        }
        await using var third = new TelemetryAgent(master.Address, master.Credential, spool.Path, _containers);
        await third.StartAsync(Cancel);
        var lines = await UntilAsync(master, found => found.Any(l => l.X == "end"));
        Assert.Equal(Enumerable.Range(0, 3_000).Select(n => $"line {n}"), lines.Where(l => l.S == 1 && l.X != "end").Select(l => l.X));
        Assert.Equal(Enumerable.Range(0, 300).Select(n => $"err {n * 10}"), lines.Where(l => l.S == 2).Select(l => l.X));
    }

    [Fact]
    public async Task Lines_written_while_the_agent_was_dead_and_of_a_container_that_has_ended_are_read_afterwards()
    {
        await NeedAsync();
        await using var master = await TelemetryMaster.StartAsync(Cancel);
        using var spool = new TemporaryFolder("spool");
        await RunAsync(master, "i=0; while [ $i -lt 500 ]; do echo line $i; i=$((i+1)); done");
        await Eventually.UntilAsync(() => _containers.Current.Containers.Values.All(c => c.Running), Patience, "it is listed", Cancel);
        await using var agent = new TelemetryAgent(master.Address, master.Credential, spool.Path, _containers);
        await agent.StartAsync(Cancel);
        var lines = await UntilAsync(master, found => found.Any(l => l.X == "line 499"));
        Assert.Equal(500, lines.Count(l => l.S == 1));
    }

    [Fact]
    public async Task Long_lines_of_every_length_come_whole_also_from_a_terminal()
    {
        await NeedAsync();
        await using var master = await TelemetryMaster.StartAsync(Cancel);
        using var spool = new TemporaryFolder("spool");
        await using var agent = new TelemetryAgent(master.Address, master.Credential, spool.Path, _containers);
        await agent.StartAsync(Cancel);
        const string script = "for n in 16383 16384 16385 65536 100000; do head -c $n /dev/zero | tr '\\0' x; echo; done; echo end";
        await RunAsync(master, script);
        await RunAsync(master, script, tty: true);
        var lines = await UntilAsync(master, found => found.Count(l => l.X == "end") == 2);
        var lengths = new List<int>();
        var pending = 0;
        foreach (var line in lines.Where(l => l.S == 1 && l.X != "end"))
        {
            pending += line.X.Length;
            if (!line.P)
            {
                lengths.Add(pending);
                pending = 0;
            }
        }
        Assert.Equal([16_383, 16_383, 16_384, 16_384, 16_385, 16_385, 65_536, 65_536, 100_000, 100_000], lengths.Order());
    }

    [Fact]
    public async Task A_node_cannot_write_the_log_of_an_instance_that_is_not_its_own()
    {
        await NeedAsync();
        await using var master = await TelemetryMaster.StartAsync(Cancel);
        using var spool = new TemporaryFolder("spool");
        await using var agent = new TelemetryAgent(master.Address, master.Credential, spool.Path, _containers);
        await agent.StartAsync(Cancel);
        var id = await CreateAsync("echo forged; sleep 5");
        _containers.Put(Managed(master, id, tty: false) with { InstanceId = Guid.CreateVersion7() });
        await Eventually.UntilAsync(() => agent.Spool.Streams.Any(s => s.Refused), Patience, "the stream is refused", Cancel);
        Assert.Empty(await master.AllLinesAsync(Cancel));
    }

    private async Task NeedAsync()
    {
        await engine.NeedAsync(Cancel);
        await BusyboxImage.EnsureAsync(engine.Client, Cancel);
    }

    private async Task RunAsync(TelemetryMaster master, string script, bool tty = false) =>
        _containers.Put(Managed(master, await CreateAsync(script, tty), tty));

    private async Task<string> CreateAsync(string script, bool tty = false)
    {
        var created = await engine.Client.Containers.CreateContainerAsync(new CreateContainerParameters
        {
            Image = BusyboxImage.Reference, Cmd = ["sh", "-c", script], Labels = engine.Labels, Tty = tty,
        }, Cancel);
        await engine.Client.Containers.StartContainerAsync(created.ID, new(), Cancel);
        return created.ID;
    }

    private static ManagedContainer Managed(TelemetryMaster master, string id, bool tty) => new(
        id, "shop.web-1", master.InstanceId, master.ServiceId, "shop", "web", 1, 1, 1, Running: true, TimeProvider.System.GetUtcNow(), 0, 0, "json-file", tty);

    private static async Task<List<LiveLine>> UntilAsync(TelemetryMaster master, Predicate<List<LiveLine>> enough)
    {
        List<LiveLine> lines = [];
        await Eventually.UntilAsync(async cancel => enough(lines = await master.AllLinesAsync(cancel)), Patience, "the lines are stored", Cancel,
            () => $"{lines.Count} lines, the last: {lines.LastOrDefault()?.X}");
        return lines;
    }
}
