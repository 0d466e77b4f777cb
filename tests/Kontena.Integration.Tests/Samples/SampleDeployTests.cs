using Kontena.TestKit;
using Kontena.TestKit.Engines;
using Kontena.TestKit.Masters;
using Kontena.TestKit.Processes;
using Kontena.TestKit.Samples;
using Kontena.Web.Volumes;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Kontena.Integration.Tests.Samples;

/// <summary>Each sample on a real engine, by a real master and agent, with what its README promises.</summary>
[Collection(nameof(LiveGrid))]
public sealed class SampleDeployTests(TestEngine engine)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hello_runs_three_instances_that_answer_under_one_name_and_come_back_when_killed()
    {
        await using var grid = await LiveGrid.StartAsync(engine, Cancel, images: Sample.Hello.Images);
        var stack = grid.Own("hello");
        await grid.Operator.DeployAsync(stack, Sample.Hello.Files, Cancel);

        var instances = await grid.ContainersAsync(stack, "web", Cancel);
        Assert.Equal([1, 2, 3], instances.Keys.Order());
        foreach (var (number, container) in instances)
        {
            await LogHasAsync(container, $"greeting 1 from web-{number}");
        }
        var answer = await engine.ExecAsync(
            instances[1], Cancel, "python3", "-c", "import urllib.request as u; print(u.urlopen('http://web:8080/').read().decode())");
        Assert.StartsWith("Hello from the grid, I am web-", answer, StringComparison.Ordinal);

        await engine.Client.Containers.KillContainerAsync(instances[2], new Docker.DotNet.Models.ContainerKillParameters(), Cancel);
        await grid.UntilRunningAsync(stack, "web", 3, Cancel);
    }

    [Fact]
    public async Task Counter_keeps_its_count_through_restart_redeploy_and_scaling_and_its_volume_outlives_it()
    {
        await using var grid = await LiveGrid.StartAsync(engine, Cancel, images: Sample.Counter.Images);
        var stack = grid.Own("counter");
        var port = FreePort.Next();
        await grid.Operator.DeployAsync(stack, Sample.Counter.FilesOn(8081, port), Cancel);
        using var http = Client(port);
        Assert.Equal("1", await AnswerAsync(http, "/"));
        Assert.Equal("2", await AnswerAsync(http, "/"));
        var before = (await grid.ContainersAsync(stack, "redis", Cancel))[1];

        await grid.Operator.RestartAsync(stack, "redis", Cancel);
        Assert.Equal("2", await AnswerAsync(http, "/count"));

        await grid.Operator.RedeployAsync(stack, "redis", Cancel);
        Assert.NotEqual(before, (await grid.ContainersAsync(stack, "redis", Cancel))[1]);
        Assert.Equal("2", await AnswerAsync(http, "/count"));

        await grid.Operator.ScaleAsync(stack, "redis", 2, Cancel);
        await grid.UntilRunningAsync(stack, "redis", 2, Cancel);
        await grid.Operator.ScaleAsync(stack, "redis", 1, Cancel);
        await grid.UntilRunningAsync(stack, "redis", 1, Cancel);
        Assert.Equal("2", await AnswerAsync(http, "/count"));

        await grid.Operator.RemoveAsync(stack, Cancel);
        await NothingRunsAsync(grid);
        var volumes = await VolumesAsync(grid, "redis");
        Assert.Equal([1, 2], volumes.Select(volume => volume.Number ?? 0).Order());
        Assert.All(volumes, volume => Assert.Equal("/data", volume.Path));
    }

    [Fact]
    public async Task Shop_of_2015_takes_orders_shares_the_work_and_leaves_its_database_behind()
    {
        await using var grid = await LiveGrid.StartAsync(engine, Cancel, images: Sample.Shop.Images);
        var stack = grid.Own("shop");
        var port = FreePort.Next();
        await grid.Operator.DeployAsync(stack, Sample.Shop.FilesOn(8082, port), Cancel);
        using var http = Client(port);
        await Eventually.UntilAsync(
            async cancel => (await http.PostAsync(new Uri("/orders?item=lamp", UriKind.Relative), null, cancel)).IsSuccessStatusCode,
            Patience, "the shop takes an order", Cancel);
        await Eventually.UntilAsync(
            async cancel => (await http.GetStringAsync(new Uri("/", UriKind.Relative), cancel)).Contains("1 lamp: worker-1", StringComparison.Ordinal),
            Patience, "the worker packs the order", Cancel);

        await grid.Operator.ScaleAsync(stack, "worker", 3, Cancel);
        await grid.UntilRunningAsync(stack, "worker", 3, Cancel);
        await grid.Operator.StopAsync(stack, "worker", Cancel);
        await grid.UntilRunningAsync(stack, "worker", 0, Cancel);

        await grid.Operator.RemoveAsync(stack, Cancel);
        await NothingRunsAsync(grid);
        Assert.Equal("/var/lib/mysql", Assert.Single(await VolumesAsync(grid, "mysql")).Path);
    }

    [Fact]
    public async Task Notes_run_their_hooks_once_and_keep_what_was_written_when_a_variable_changes()
    {
        await using var grid = await LiveGrid.StartAsync(engine, Cancel, images: Sample.Notes.Images);
        var stack = grid.Own("notes");
        var port = FreePort.Next();
        var files = Sample.Notes.FilesOn(8083, port);
        await grid.Operator.DeployAsync(stack, files, Cancel);
        using var http = Client(port);
        Assert.Equal("Our notes\n\nWelcome to Our notes", await AnswerAsync(http, "/"));
        using (var note = new StringContent("buy milk"))
        {
            (await http.PostAsync(new Uri("/", UriKind.Relative), note, Cancel)).EnsureSuccessStatusCode();
        }

        await grid.Operator.DeployAsync(stack, files, Cancel, ("title", "My notes"));
        Assert.Equal("My notes\n\nWelcome to Our notes\nbuy milk", await AnswerAsync(http, "/"));

        await grid.Operator.StopAsync(stack, "app", Cancel);
        await grid.UntilRunningAsync(stack, "app", 0, Cancel);
        await LogHasAsync((await grid.ContainersAsync(stack, "app", Cancel))[1], "closing the notebook");
    }

    private static HttpClient Client(int port) => new() { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>The service may be between two containers: until it answers.</summary>
    private static async Task<string> AnswerAsync(HttpClient http, string path) => (await Eventually.GetAsync<string>(
        async cancel => await http.GetStringAsync(new Uri(path, UriKind.Relative), cancel), Patience, $"{path} answers", Cancel)).Trim();

    private async Task LogHasAsync(string container, string words) => await Eventually.UntilAsync(
        async cancel => (await engine.LogAsync(container, cancel)).Contains(words, StringComparison.Ordinal),
        Patience, $"the log has '{words}'", Cancel);

    private async Task NothingRunsAsync(LiveGrid grid) => await Eventually.UntilAsync(
        async cancel => (await engine.ContainersAsync(cancel, $"{TestEngine.GridLabel}={grid.Id}")).Count == 0,
        Patience, "the containers are gone", Cancel, () => grid.Agent.Output);

    /// <summary>The volumes of a removed service: still on the engine, and listed by the master as data without an owner.</summary>
    private async Task<List<VolumeInstance>> VolumesAsync(LiveGrid grid, string service)
    {
        List<VolumeInstance> listed = [];
        await Eventually.UntilAsync(
            async cancel =>
            {
                listed = await grid.Operator.ReadAsync(db => db.Volumes.AsNoTracking().Where(volume => volume.Service == service).ToListAsync(cancel), cancel);
                return listed.Count > 0 && listed.All(volume => volume.State is VolumeState.Detached);
            },
            Patience, $"the volumes of {service} are listed as detached", Cancel);
        var onEngine = (await engine.VolumesAsync(Cancel, $"{TestEngine.GridLabel}={grid.Id}")).Select(volume => volume.Name).ToHashSet();
        Assert.All(listed, volume => Assert.Contains(volume.DockerName, onEngine));
        return listed;
    }
}
