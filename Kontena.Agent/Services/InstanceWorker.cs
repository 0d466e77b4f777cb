using System.Threading.Channels;
using Kontena.Agent.Docker;
using Kontena.Core.Protocol;
using Microsoft.Extensions.Logging;

namespace Kontena.Agent.Services;

/// <summary>Does everything about one instance, one thing at a time, until its container is what the order says.</summary>
/// <remarks>The loop waits, retries and logs; <see cref="InstancePass"/> acts.</remarks>
internal sealed partial class InstanceWorker : IAsyncDisposable
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan EngineRetryEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(60);
    private readonly Lock _gate = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stopping = new();
    private readonly InstanceTools _tools;
    private readonly InstancePass _pass;
    private readonly ILogger _logger;
    private readonly Task _loop;
    private (InstanceOrder Order, NetworkOrder Network) _wanted;
    private CancellationTokenSource _changed = new();
    private int _orders;

    public InstanceWorker(InstanceOrder order, NetworkOrder network, InstanceTools tools, Func<Guid, bool> listed)
    {
        _wanted = (order, network);
        _tools = tools;
        _logger = tools.Loggers.CreateLogger<InstanceWorker>();
        _pass = new(order.InstanceId, tools, listed, Wake);
        _loop = Task.Run(() => RunAsync(_stopping.Token));
    }

    public InstanceOrder Order
    {
        get
        {
            lock (_gate)
            {
                return _wanted.Order;
            }
        }
    }

    /// <summary>Gives a newer order. A wait of the old one (for an image, for its turn) ends; what is being done to the engine is finished first.</summary>
    public void Want(InstanceOrder order, NetworkOrder network)
    {
        lock (_gate)
        {
            var before = _wanted.Order;
            _wanted = (order, network);
            _orders++;
            if (before.Desired != order.Desired || before.DeployRev != order.DeployRev || before.Epoch != order.Epoch)
            {
                _changed.Cancel();
            }
        }
        Wake();
    }

    /// <summary>Something happened to the container.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        await _pass.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            var (order, network, changed, taken) = Take();
            TimeSpan wait;
            var failed = true;
            try
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(changed, stopping);
                wait = await _pass.RunAsync(order, network, either.Token) ?? LookEvery;
                failed = false;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (OperationCanceledException) when (changed.IsCancellationRequested)
            {
                continue;
            }
            catch (EngineException e) when (e.Fault is EngineFault.Unavailable)
            {
                EngineAway(ContainerRendering.NameOf(order), e.Message); // the heartbeat tells the master; the instance is not to blame
                wait = EngineRetryEvery;
            }
            catch (Exception e) when (e is InstanceProblem or EngineException)
            {
                var message = e is EngineException ? EngineWords.Sentence(e.Message) : e.Message;
                OrderFailed(message);
                _pass.ReportFailure(order, message);
                wait = RetryEvery;
            }
            catch (Exception e)
            {
                PassBroke(e, ContainerRendering.NameOf(order));
                _pass.ReportFailure(order, $"{ContainerRendering.NameOf(order)}: the agent failed on this order ({e.Message}). Its log says more; it tries again.");
                wait = RetryEvery;
            }
            await WaitAsync(wait, failed ? taken : null, stopping);
        }
    }

    private (InstanceOrder Order, NetworkOrder Network, CancellationToken Changed, int Orders) Take()
    {
        lock (_gate)
        {
            if (_changed.IsCancellationRequested)
            {
                _changed.Dispose();
                _changed = new();
            }
            return (_wanted.Order, _wanted.Network, _changed.Token, _orders);
        }
    }

    /// <param name="failed">The order that failed. A failed start is itself an event of the container: only a newer order ends the wait then.</param>
    private async Task WaitAsync(TimeSpan atMost, int? failed, CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(atMost < TimeSpan.Zero && atMost != Timeout.InfiniteTimeSpan ? TimeSpan.Zero : atMost, _tools.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        try
        {
            do
            {
                await _wake.Reader.ReadAsync(either.Token);
            }
            while (failed == Volatile.Read(ref _orders));
        }
        catch (OperationCanceledException)
        {
            // Time to look again, or to leave; the loop knows which.
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Instance} waits for the engine: {Why}")]
    private partial void EngineAway(string instance, string why);

    [LoggerMessage(LogLevel.Warning, "{Message}")]
    private partial void OrderFailed(string message);

    [LoggerMessage(LogLevel.Error, "The pass over {Instance} broke")]
    private partial void PassBroke(Exception cause, string instance);
}
