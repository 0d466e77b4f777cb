using System.Threading.Channels;
using Kontena.Web.Ui;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Kontena.Web.Tests.Ui;

public sealed class ThrottleTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly FakeTimeProvider _time = new();
    private readonly Channel<int> _worked = Channel.CreateUnbounded<int>();
    private readonly Channel<Exception> _failed = Channel.CreateUnbounded<Exception>();
    private int _runs;

    [Fact]
    public async Task The_first_poke_works_at_once_and_the_next_hundred_together_after_the_pause()
    {
        await using var throttle = Start(_ => Task.CompletedTask);
        throttle.Poke();
        Assert.Equal(1, await NextAsync(_worked));

        for (var i = 0; i < 100; i++)
        {
            throttle.Poke();
        }
        Assert.False(_worked.Reader.TryRead(out _));
        await PassTimeUntilAsync(2);

        Assert.Equal(2, _runs);
    }

    [Fact]
    public async Task Work_that_fails_is_told_and_the_next_poke_tries_again()
    {
        await using var throttle = Start(run => run == 1 ? throw new InvalidOperationException("database") : Task.CompletedTask);
        throttle.Poke();
        Assert.Equal("database", (await NextAsync(_failed)).Message);

        throttle.Poke();
        await PassTimeUntilAsync(2);

        Assert.Equal(2, _runs);
    }

    private Throttle Start(Func<int, Task> work) => new(Throttle.Repaint, _time, async _ =>
    {
        var run = Interlocked.Increment(ref _runs);
        await work(run);
        _worked.Writer.TryWrite(run);
    }, e => _failed.Writer.TryWrite(e));

    /// <summary>The pump sets its timer on another thread, so time passes until it has.</summary>
    private async Task PassTimeUntilAsync(int run)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!_worked.Reader.TryRead(out var done) || done < run)
        {
            patience.Token.ThrowIfCancellationRequested();
            _time.Advance(Throttle.Repaint);
            await Task.Yield();
        }
    }

    private static async Task<T> NextAsync<T>(Channel<T> channel)
    {
        using var patience = new CancellationTokenSource(Patience);
        return await channel.Reader.ReadAsync(patience.Token);
    }
}
