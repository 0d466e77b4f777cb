using Kontena.Agent.Logs;
using Kontena.Agent.Master;
using Kontena.Agent.Nodes;
using Kontena.Agent.Services;
using Kontena.Core.Logs;
using Kontena.Core.Stats;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kontena.Agent.Stats;

/// <summary>Samples every running managed container and the host, and queues the samples for the master.</summary>
internal sealed partial class StatCollector(
    ManagedContainers containers, EngineLogs engine, TelemetryWatch watch, TelemetrySamples samples, AgentOptions options, TimeProvider time,
    ILogger<StatCollector> logger) : BackgroundService
{
    private static readonly TimeSpan WatchedEvery = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HostEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EngineWithin = TimeSpan.FromSeconds(10);

    /// <summary>Instances in one frame: far below the longest frame.</summary>
    private const int MostInFrame = 500;

    private readonly Dictionary<string, Source> _sources = [];
    private readonly EngineStats _fallback = new(engine);
    private readonly HostSampler _host = new(options.DataFolder);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var hostAt = long.MinValue;
        for (var failures = 0; !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                await SampleAsync(stoppingToken);
                if (hostAt == long.MinValue || time.GetElapsedTime(hostAt) >= HostEvery - TimeSpan.FromMilliseconds(500))
                {
                    hostAt = time.GetTimestamp();
                    samples.Add(new([], [_host.Read(Now())]));
                }
                failures = 0;
                await Task.Delay(WatchedEvery, time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                SamplingFailed(e, ++failures);
                await Task.Delay(Every * Math.Min(failures, 12), time, stoppingToken)
                    .ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }

    /// <summary>One round: whoever is due gives a sample.</summary>
    internal async Task SampleAsync(CancellationToken cancel)
    {
        var current = containers.Current.Containers;
        foreach (var gone in _sources.Keys.Where(id => !current.TryGetValue(id, out var c) || !c.Running || c.Pid != _sources[id].Pid).ToList())
        {
            _sources.Remove(gone);
        }
        var watched = watch.Services;
        var asking = new List<Task<InstanceSamples?>>();
        var read = new List<InstanceSamples>();
        foreach (var container in current.Values.Where(c => c.Running && c.Pid > 0))
        {
            if (!_sources.TryGetValue(container.Id, out var source))
            {
                _sources[container.Id] = source = new(container.Pid, ContainerSampler.Open(container.Pid));
            }
            var every = watched.Contains(container.ServiceId) ? WatchedEvery : Every;
            if (source.At is { } last && time.GetElapsedTime(last) < every - TimeSpan.FromMilliseconds(500))
            {
                continue;
            }
            source.At = time.GetTimestamp();
            if (source.Sampler is null)
            {
                asking.Add(AskAsync(container, cancel));
            }
            else if (source.Sampler.Read(Now()) is { } sample)
            {
                read.Add(new(container.InstanceId, [sample]));
            }
        }
        read.AddRange((await Task.WhenAll(asking)).OfType<InstanceSamples>());
        foreach (var some in read.Chunk(MostInFrame))
        {
            samples.Add(new([.. some], []));
        }
    }

    private async Task<InstanceSamples?> AskAsync(ManagedContainer container, CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(EngineWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        try
        {
            return await _fallback.ReadAsync(container.Id, Now(), either.Token) is { } sample ? new(container.InstanceId, [sample]) : null;
        }
        catch (Exception e) when (e is IOException or HttpRequestException or EngineLogException or System.Text.Json.JsonException
            || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            EngineGaveNone(container.Name, e.Message);
            return null;
        }
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    [LoggerMessage(LogLevel.Error, "Sampling statistics failed, {Failures} in a row")]
    private partial void SamplingFailed(Exception cause, int failures);

    [LoggerMessage(LogLevel.Debug, "The engine gave no statistics of {Container}: {Reason}")]
    private partial void EngineGaveNone(string container, string reason);

    /// <param name="pid">Of the process whose files these are.</param>
    private sealed class Source(int pid, ContainerSampler? sampler)
    {
        public int Pid => pid;

        public ContainerSampler? Sampler => sampler;

        /// <summary>Timestamp of the last sample; null before the first.</summary>
        public long? At { get; set; }
    }
}
