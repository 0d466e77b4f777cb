using Kontena.Agent.Master;
using Kontena.Core.Protocol;
using Xunit;

namespace Kontena.Agent.Tests.Master;

public sealed class ReportOutboxTests
{
    private static readonly Guid Instance = Guid.CreateVersion7();
    private readonly ReportOutbox _outbox = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_newer_report_takes_the_place_of_the_one_that_waits()
    {
        _outbox.Put(Report(1, InstanceState.Starting));
        _outbox.Put(Report(1, InstanceState.Running));
        Assert.Equal(InstanceState.Running, Assert.Single(await _outbox.NextAsync(10, Cancel)).State);
    }

    [Fact]
    public async Task What_changed_while_it_was_sent_is_sent_again()
    {
        _outbox.Put(Report(1, InstanceState.Starting));
        var sent = await _outbox.NextAsync(10, Cancel);
        _outbox.Put(Report(1, InstanceState.Running));
        _outbox.Acknowledge(sent);
        Assert.Equal(InstanceState.Running, Assert.Single(await _outbox.NextAsync(10, Cancel)).State);
    }

    [Fact]
    public async Task Without_an_acknowledgement_it_stays_and_a_new_connection_gets_everything()
    {
        _outbox.Put(Report(1, InstanceState.Running));
        await _outbox.NextAsync(10, Cancel);
        Assert.Equal(1, _outbox.Count);
        _outbox.Acknowledge(await _outbox.NextAsync(10, Cancel));
        Assert.Equal(0, _outbox.Count);
        _outbox.SendAllAgain();
        Assert.Single(await _outbox.NextAsync(10, Cancel));
    }

    [Fact]
    public async Task An_unchanged_report_and_one_about_an_older_deploy_are_not_sent()
    {
        _outbox.Put(Report(2, InstanceState.Running));
        _outbox.Acknowledge(await _outbox.NextAsync(10, Cancel));
        _outbox.Put(Report(2, InstanceState.Running));
        _outbox.Put(Report(1, InstanceState.Stopped));
        Assert.Equal(0, _outbox.Count);
    }

    private static InstanceReport Report(long deploy, InstanceState state) => new() { InstanceId = Instance, Epoch = 1, DeployRev = deploy, State = state };
}
