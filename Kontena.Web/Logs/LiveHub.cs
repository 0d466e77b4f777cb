using System.Runtime.CompilerServices;
using Kontena.Core.Problems;
using Kontena.Web.Identity;
using Kontena.Web.Services;
using Kontena.Web.Stats;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace Kontena.Web.Logs;

/// <summary>What open pages stream from: log lines and points of charts, past the render tree. Every call asks the gate, every stream again and again.</summary>
[Authorize]
internal sealed partial class LiveHub(
    ActorSource actors, FollowLogs followLogs, ReadLogs readLogs, SearchLogs searchLogs, FollowStats followStats,
    TimeProvider time, ILogger<LiveHub> logger) : Hub
{
    public const string Address = "/live";

    /// <summary>Streams that one page may have open.</summary>
    private const int MostStreams = 24;

    /// <summary>A right that has ended is noticed within this and the actor source's own few seconds.</summary>
    private static readonly TimeSpan AskAgainEvery = TimeSpan.FromSeconds(4);

    public override Task OnConnectedAsync()
    {
        Context.Items[nameof(StreamCount)] = new StreamCount();
        return base.OnConnectedAsync();
    }

    /// <summary>The latest lines as the first batch, then what comes.</summary>
    /// <param name="number">Of one instance; null for all.</param>
    public async IAsyncEnumerable<LogBatch> FollowLogs(
        string grid, string stack, string service, int? number, int backlog, [EnumeratorCancellation] CancellationToken leaving)
    {
        var opened = Value(await followLogs.OpenAsync(Path(grid, stack, service), await ActorAsync(leaving), leaving));
        await foreach (var batch in WhileAllowed(opened.GridId, Capability.ReadLogs, stop => followLogs.RunAsync(opened, number, backlog, stop), leaving))
        {
            yield return batch;
        }
    }

    /// <summary>A page of lines before the one with that id.</summary>
    public async Task<LogPage> ReadLogs(string grid, string stack, string service, int? number, string? before, int count) =>
        Value(await readLogs.HandleAsync(Path(grid, stack, service), number, before, count, await ActorAsync(Context.ConnectionAborted), Context.ConnectionAborted));

    /// <summary>The latest lines that hold a text or match an expression.</summary>
    /// <param name="from">Milliseconds since 1970; null for no bound.</param>
    public async Task<LogPage> SearchLogs(
        string grid, string stack, string service, int? number, string text, bool regex, long? from, long? to, int count) =>
        Value(await searchLogs.HandleAsync(Path(grid, stack, service), number, text, regex, from, to, count,
            await ActorAsync(Context.ConnectionAborted), Context.ConnectionAborted));

    /// <summary>The history of the window as the first batch, then increments.</summary>
    /// <param name="window"><c>10m</c>, <c>1h</c>, <c>6h</c>, <c>24h</c>, <c>7d</c> or <c>30d</c>.</param>
    public async IAsyncEnumerable<StatBatch> FollowStats(
        string grid, string stack, string service, string window, [EnumeratorCancellation] CancellationToken leaving)
    {
        var opened = Value(await followStats.OpenServiceAsync(Path(grid, stack, service), window, await ActorAsync(leaving), leaving));
        await foreach (var batch in WhileAllowed(opened.GridId, Capability.SeeGrid, stop => followStats.RunAsync(opened, window, stop), leaving))
        {
            yield return batch;
        }
    }

    /// <inheritdoc cref="FollowStats"/>
    public async IAsyncEnumerable<NodeStatBatch> FollowNodeStats(
        string grid, string node, string window, [EnumeratorCancellation] CancellationToken leaving)
    {
        var opened = Value(await followStats.OpenNodeAsync(grid, node, window, await ActorAsync(leaving), leaving));
        await foreach (var batch in WhileAllowed(opened.GridId, Capability.SeeGrid, stop => followStats.RunAsync(opened, window, stop), leaving))
        {
            yield return batch;
        }
    }

    private static ServicePath Path(string grid, string stack, string service) => new(grid ?? "", stack ?? "", service ?? "");

    /// <summary>The browser shows the message of a <see cref="HubException"/>; every other exception stays here.</summary>
    private static T Value<T>(Result<T> result)
        where T : notnull => result.Ok ? result.Value : throw new HubException(result.Problem.Message);

    private async Task<Actor> ActorAsync(CancellationToken cancel) => await actors.OfAsync(Context.User!, cancel);

    private async IAsyncEnumerable<T> WhileAllowed<T>(
        Guid grid, Capability capability, Func<CancellationToken, IAsyncEnumerable<T>> stream, [EnumeratorCancellation] CancellationToken leaving)
    {
        var open = (StreamCount)Context.Items[nameof(StreamCount)]!;
        if (Interlocked.Increment(ref open.Value) > MostStreams)
        {
            Interlocked.Decrement(ref open.Value);
            throw new HubException($"This page has {MostStreams} live streams open already. Close some of them.");
        }
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(leaving, Context.ConnectionAborted);
        var right = new Right();
        var watching = WatchRightAsync(grid, capability, right, stopping);
        try
        {
            await using var items = stream(stopping.Token).GetAsyncEnumerator(stopping.Token);
            while (true)
            {
                try
                {
                    if (!await items.MoveNextAsync())
                    {
                        break;
                    }
                }
                catch (OperationCanceledException) when (right.Ended)
                {
                    throw new HubException("Your right to see this has ended. Ask an administrator of the grid if that is a mistake.");
                }
                catch (OperationCanceledException) when (stopping.IsCancellationRequested)
                {
                    break; // the page was closed or went elsewhere
                }
                yield return items.Current;
            }
        }
        finally
        {
            await stopping.CancelAsync();
            await watching;
            Interlocked.Decrement(ref open.Value);
        }
    }

    private async Task WatchRightAsync(Guid grid, Capability capability, Right right, CancellationTokenSource stopping)
    {
        try
        {
            using var timer = new PeriodicTimer(AskAgainEvery, time);
            while (await timer.WaitForNextTickAsync(stopping.Token))
            {
                if (!(await ActorAsync(stopping.Token)).May(capability, grid))
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return; // the stream has ended by itself
        }
        catch (Exception e)
        {
            RightUnknown(e); // not knowing is no reason to go on
        }
        right.Ended = true;
        await stopping.CancelAsync();
    }

    [LoggerMessage(LogLevel.Warning, "A live stream is ended because its viewer's rights could not be read")]
    private partial void RightUnknown(Exception cause);

    private sealed class Right
    {
        public volatile bool Ended;
    }

    private sealed class StreamCount
    {
        public int Value;
    }
}
