using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Kontena.Agent.Services;
using Kontena.Core.Logs;
using Microsoft.Extensions.Logging;

namespace Kontena.Agent.Logs;

/// <summary>Reads one container's log from the engine into its spool, until the container is gone.</summary>
internal sealed partial class LogFollower(
    ManagedContainer container, ManagedContainers containers, EngineLogs engine, LogSpool spools, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private readonly LogStreamKey _stream = new(container.InstanceId, container.Id);
    private DateTimeOffset? _announced;
    private long? _unfinishedAt;

    public async Task RunAsync(CancellationToken stopping)
    {
        var (spool, isNew) = await spools.OpenAsync(_stream, stopping);
        spool.ServiceId = container.ServiceId;
        _announced = isNew ? null : container.StartedAt;
        for (var failures = 0; ;)
        {
            try
            {
                if (!await FollowAsync(spool, stopping))
                {
                    break;
                }
                failures = 0;
            }
            catch (EngineLogException e)
            {
                // The same question would get the same answer; the container's next start may change it.
                LogUnreadable(container.Name, e.Message);
                spool.Note(UnixNanoseconds(time.GetUtcNow()), $"The log of this container cannot be read. {e.Message}");
                if (!await WaitForNextStartAsync(stopping))
                {
                    break;
                }
            }
            catch (Exception e) when (e is IOException or HttpRequestException or SocketException && !stopping.IsCancellationRequested)
            {
                ReadingBroke(e, container.Name, ++failures);
                var pause = TimeSpan.FromMilliseconds(100 * Math.Pow(2, Math.Min(failures, 7)));
                await Task.Delay(pause < LongestPause ? pause : LongestPause, time, stopping);
            }
        }
        spool.SealWhenDue(TimeSpan.Zero);
    }

    /// <returns>False when the container is gone.</returns>
    private async Task<bool> FollowAsync(StreamSpool spool, CancellationToken stopping)
    {
        var now = Present();
        Announce(spool, now);
        if (!await ReadAsync(spool, follow: true, stopping))
        {
            return false;
        }
        // The stream ended because the process did. Once more without following: what was written last is there now.
        if (!await ReadAsync(spool, follow: false, stopping))
        {
            return false;
        }
        return await WaitForNextStartAsync(stopping);
    }

    /// <returns>False when the engine has no such container any more.</returns>
    private async Task<bool> ReadAsync(StreamSpool spool, bool follow, CancellationToken stopping)
    {
        var cursor = spool.Cursor;
        await using var log = await engine.OpenAsync(container.Id, cursor, _unfinishedAt, follow, stopping);
        if (log is null)
        {
            return false;
        }
        var parser = new EngineLogParser(container.Tty);
        var filter = new LogCursorFilter(cursor);
        var lines = new LineAssembler(cursor, (line, after) => spool.Add(line, after), container.Tty);
        var pipe = PipeReader.Create(log.Stream, new(bufferSize: 64 * 1024, minimumReadSize: 4 * 1024));
        try
        {
            while (true)
            {
                var read = await pipe.ReadAsync(stopping);
                var buffer = read.Buffer;
                while (parser.TryRead(ref buffer, read.IsCompleted, out var record))
                {
                    if (filter.IsNew(record.Source, record.At))
                    {
                        lines.Take(record);
                    }
                }
                pipe.AdvanceTo(buffer.Start, buffer.End);
                _unfinishedAt = lines.UnfinishedAt;
                if (read.IsCompleted)
                {
                    break;
                }
                await spool.WaitForRoomAsync(stopping);
            }
        }
        finally
        {
            await pipe.CompleteAsync();
        }
        if (!follow)
        {
            lines.Flush();
            _unfinishedAt = null;
        }
        return true;
    }

    private ManagedContainer? Present() => containers.Current.Containers.GetValueOrDefault(container.Id);

    private void Announce(StreamSpool spool, ManagedContainer? now)
    {
        if (now is { StartedAt: { } started } && started != _announced)
        {
            var again = _announced is not null;
            _announced = started;
            spool.Note(UnixNanoseconds(started), $"Container {container.Id[..12]} {(again ? "started again" : "started")}.");
        }
    }

    /// <returns>False when the container is gone.</returns>
    private async Task<bool> WaitForNextStartAsync(CancellationToken stopping)
    {
        while (true)
        {
            var snapshot = containers.Current;
            if (!snapshot.Containers.TryGetValue(container.Id, out var now))
            {
                return false;
            }
            if (now.Running && now.StartedAt != _announced)
            {
                return true;
            }
            if (now.Running)
            {
                // Its end has not been noticed yet, or the engine cut the stream: look again in a moment.
                using var moment = CancellationTokenSource.CreateLinkedTokenSource(stopping);
                var changed = containers.WaitForChangeAsync(snapshot.Version, moment.Token);
                var ended = await Task.WhenAny(changed, Task.Delay(TimeSpan.FromSeconds(1), time, moment.Token));
                await moment.CancelAsync();
                stopping.ThrowIfCancellationRequested();
                if (ended != changed)
                {
                    return true;
                }
                continue;
            }
            await containers.WaitForChangeAsync(snapshot.Version, stopping);
        }
    }

    private static long UnixNanoseconds(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks * 100;

    [LoggerMessage(LogLevel.Warning, "Reading the log of {Container} broke, {Failures} times in a row; reading goes on from the last line")]
    private partial void ReadingBroke(Exception cause, string container, int failures);

    [LoggerMessage(LogLevel.Warning, "The log of {Container} cannot be read: {Reason}")]
    private partial void LogUnreadable(string container, string reason);
}
