using Kontena.Core.Protocol;
using Kontena.TestKit.Engines;
using Xunit;

namespace Kontena.Integration.Tests.Agent;

[Trait("Needs", "Docker")]
public sealed class ReadinessTests(TestEngine engine)
{
    private const string ServeAfterASecond = "sleep 1; mkdir -p /tmp/www; echo ok > /tmp/www/index.html; exec httpd -f -p 8000 -h /tmp/www";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_instance_is_ready_only_when_its_port_answers()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var order = rig.Order("web", ServeAfterASecond, spec: s => s with { Deploy = new() { WaitForPort = 8000 } });
        await rig.Master.WantAsync(order);

        await rig.ReportAsync(order, r => r is { State: InstanceState.Running, Ready: false, Doing: "waiting until it is ready" }, "runs and is not ready", Cancel);
        var ready = await rig.ReadyAsync(order, Cancel);

        Assert.True(ready.ReadySince > ready.StartedAt);
    }

    [Fact]
    public async Task A_failing_health_check_restarts_the_instance()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var order = rig.Order("web", ServeAfterASecond, spec: s => s with
        {
            HealthCheck = new()
            {
                Protocol = "http", Port = 8000, Uri = "/index.html",
                Interval = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(1), InitialDelay = TimeSpan.FromSeconds(1),
            },
        });
        await rig.Master.WantAsync(order);
        await rig.ReadyAsync(order, Cancel);
        var before = await rig.InspectAsync(order, Cancel);

        await rig.ExecAsync(order, "rm /tmp/www/index.html", Cancel);

        await rig.ReportAsync(order, r => r is { Ready: true, Restarts: 1 }, "was restarted and is ready again", Cancel);
        var after = await rig.InspectAsync(order, Cancel);
        Assert.Equal(before.ID, after.ID);
        Assert.NotEqual(before.State!.StartedAt, after.State!.StartedAt);
    }

    [Fact]
    public async Task Hooks_run_around_the_start_and_a_oneshot_runs_once()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var order = rig.Order("db", spec: s => s with
        {
            Stateful = true,
            Volumes = [new(Kontena.Core.Services.VolumeMountKind.Anonymous, null, "/data", null)],
            Hooks = new()
            {
                PreStart = [new("prepare", "echo pre >> /data/hooks", [], false, false), new("once", "echo once >> /data/hooks", [], true, false)],
                PostStart = [new("post", "echo post >> /data/hooks", [], false, false)],
                PreStop = [new("bye", "echo stop >> /data/hooks", [], false, false)],
            },
        });
        await rig.Master.WantAsync(order);
        await rig.ReadyAsync(order, Cancel);
        var next = order with { DeployRev = 2, Revision = 2 };
        await rig.Master.WantAsync(next);
        var report = await rig.ReadyAsync(next, Cancel);

        var (_, output) = await rig.ExecAsync(order, "cat /data/hooks", Cancel);
        Assert.Equal("pre once post stop pre post", string.Join(' ', output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Equal(["once"], report.OneshotsDone);
        Assert.Single(await engine.ContainersAsync(Cancel, $"{TestEngine.GridLabel}={rig.Master.Grid}"));
    }

    [Fact]
    public async Task A_failing_pre_start_hook_keeps_the_instance_down_and_says_why()
    {
        await using var rig = await AgentRig.StartAsync(engine, Cancel);
        var order = rig.Order("db", spec: s => s with
        {
            Hooks = new() { PreStart = [new("migrate", "echo no database; exit 7", [], false, false)] },
        });
        await rig.Master.WantAsync(order);

        var report = await rig.ReportAsync(order, r => r.Error is not null, "has an error", Cancel);
        Assert.Contains("pre_start hook 'migrate' ended with exit code 7: no database", report.Error, StringComparison.Ordinal);
        Assert.Equal(InstanceState.Missing, report.State);
    }
}
