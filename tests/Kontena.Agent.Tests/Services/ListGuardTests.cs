using Kontena.Agent.Services;
using Kontena.Agent.Tests.Fakes;
using Kontena.Core.Protocol;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Kontena.Agent.Tests.Services;

public sealed class ListGuardTests
{
    private readonly FakeTimeProvider _time = new(new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly List<InstanceOrder> _orders = [.. Enumerable.Range(1, 10).Select(n => Some.Order(number: n))];
    private readonly ListGuard _guard;

    public ListGuardTests() => _guard = new(_time, Some.Data);

    [Fact]
    public void An_unlisted_instance_ends_only_after_three_lists_over_five_minutes()
    {
        Assert.Empty(Judge(9).End);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(Judge(9).End);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(Judge(9).End); // three lists, but only four minutes
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([_orders[9].InstanceId], Judge(9).End);
    }

    [Fact]
    public void Five_minutes_without_enough_lists_end_nothing()
    {
        Judge(9);
        _time.Advance(TimeSpan.FromMinutes(30));
        Assert.Empty(Judge(9).End);
    }

    [Fact]
    public void Being_listed_again_begins_the_count_anew()
    {
        Judge(9);
        _time.Advance(TimeSpan.FromMinutes(4));
        Judge(10);
        Judge(9);
        _time.Advance(TimeSpan.FromMinutes(2));
        Judge(9);
        Assert.Empty(Judge(9).End);
    }

    [Fact]
    public void A_list_without_most_of_what_runs_ends_nothing_and_says_so_until_a_person_confirms()
    {
        for (var i = 0; i < 10; i++)
        {
            var verdict = Judge(4);
            Assert.Contains("no longer names 6 of the 10", verdict.Engaged, StringComparison.Ordinal);
            Assert.Empty(verdict.End);
            _time.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.Equal(6, Judge(4, confirmed: true).End.Length);
    }

    [Fact]
    public void Tombstones_are_orders_and_no_absence()
    {
        var ended = _orders.Select(o => o with { Desired = DesiredState.Terminated });
        Assert.Null(_guard.Judge(Some.Set(2, ended), All, All).Engaged);
    }

    [Fact]
    public void A_database_of_another_history_only_starts_things_until_a_person_confirms()
    {
        var other = Some.Set(2, _orders) with { DataGeneration = Guid.CreateVersion7() };
        Assert.True(_guard.Judge(other, All, All).PositiveOnly);
        Assert.False(_guard.Judge(other with { EndingsConfirmed = true }, All, All).PositiveOnly);
        Assert.False(_guard.Judge(other, All, All).PositiveOnly); // it is the known one now
    }

    private HashSet<Guid> All => [.. _orders.Select(o => o.InstanceId)];

    private GuardVerdict Judge(int listed, bool confirmed = false) =>
        _guard.Judge(Some.Set(2, _orders.Take(listed)) with { EndingsConfirmed = confirmed }, All, All);
}
