using CsCheck;
using Kontena.Core.Streams;
using Xunit;

namespace Kontena.Core.Tests.Streams;

public sealed class BoundedBufferTests
{
    [Fact]
    public void What_is_taken_and_what_is_counted_as_lost_is_everything_that_was_added() =>
        Gen.Select(Gen.Int[1, 50], Gen.Int[1, 9].Array[0, 200], Gen.Int[1, 20]).Sample((limit, weights, takeEvery) =>
        {
            var buffer = new BoundedBuffer<int>(limit, w => w);
            var (taken, lost) = (0L, 0L);
            for (var i = 0; i < weights.Length; i++)
            {
                buffer.Add(weights[i]);
                if (i % takeEvery == 0)
                {
                    var (some, dropped) = buffer.Take(10);
                    (taken, lost) = (taken + some.Count, lost + dropped);
                }
            }
            var (rest, last) = buffer.Take();
            return taken + rest.Count + lost + last == weights.Length && rest.Sum() <= Math.Max(limit, 9);
        });

    [Fact]
    public async Task A_reader_wakes_on_an_entry_and_ends_after_completion()
    {
        var cancel = TestContext.Current.CancellationToken;
        var buffer = new BoundedBuffer<string>(10, _ => 1);
        var waiting = buffer.WaitAsync(cancel).AsTask();
        Assert.False(waiting.IsCompleted);
        buffer.Add("a");
        Assert.True(await waiting);
        Assert.Equal(["a"], buffer.Take().Entries);
        buffer.Complete();
        Assert.False(await buffer.WaitAsync(cancel));
    }
}
