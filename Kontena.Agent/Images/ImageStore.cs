using System.Collections.Concurrent;
using System.Globalization;
using Kontena.Agent.Docker;
using Kontena.Agent.Services;
using Microsoft.Extensions.Logging;

namespace Kontena.Agent.Images;

/// <param name="Warning">Worth telling: an older local image had to do.</param>
internal sealed record PulledImage(ImageInfo Image, string? Warning);

/// <summary>Brings images to this node: once per image and deploy, three at a time, from the registry or from what is there.</summary>
internal sealed partial class ImageStore(IEngine engine, TimeProvider time, ILogger<ImageStore> logger) : IDisposable
{
    private const int ParallelPulls = 3;
    private static readonly TimeSpan[] Retries = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(8)];
    private static readonly TimeSpan PatienceWithLocal = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>After a registry did not answer, the next pulls that have a local image do not ask it for this long.</summary>
    private static readonly TimeSpan SilentFor = TimeSpan.FromSeconds(60);

    private static readonly string[] RefusalWords =
        ["not found", "manifest unknown", "denied", "unauthorized", "does not exist", "no basic auth", "invalid reference"];

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _pulls = new(ParallelPulls);
    private readonly ConcurrentDictionary<(Guid Service, string Image, long DeployRev), Pull> _shared = [];
    private readonly ConcurrentDictionary<string, DateTimeOffset> _silent = [];

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        _pulls.Dispose();
    }

    /// <summary>The image to create a container from.</summary>
    /// <param name="service">Its id: the instances of one deploy of a service share one pull.</param>
    /// <param name="policy"><c>always</c>, <c>if_absent</c> or <c>never</c>; null means <c>always</c>.</param>
    /// <param name="doing">Is told how far it is.</param>
    /// <exception cref="InstanceProblem">There is none; the message says why and what to do.</exception>
    public async Task<PulledImage> GetAsync(
        string instance, Guid service, string image, string? policy, long deployRev, Action<string> doing, CancellationToken cancel)
    {
        var local = await engine.FindImageAsync(image, cancel);
        if (local is not null && (policy is "if_absent" or "never" || image.Contains("@sha256:", StringComparison.Ordinal)))
        {
            return new(local, null); // a digest names its content: there is nothing newer
        }
        if (policy is "never")
        {
            throw new InstanceProblem(
                $"{instance} cannot start: the node has no image '{image}', and the service's pull policy is 'never'. "
                + "Load the image on the node, or allow pulling.");
        }
        var key = (service, image, deployRev);
        var pull = _shared.GetOrAdd(key, _ => new Pull());
        try
        {
            return await pull.JoinAsync(
                progress => PullAsync(instance, image, local, progress), doing, cancel);
        }
        catch (Exception)
        {
            // The next attempt asks again instead of being given this failure once more.
            _shared.TryRemove(new(key, pull));
            throw;
        }
        finally
        {
            Forget(service, deployRev);
        }
    }

    /// <summary>Only the latest deploy of a service is worth remembering.</summary>
    private void Forget(Guid service, long deployRev)
    {
        foreach (var old in _shared.Keys.Where(k => k.Service == service && k.DeployRev < deployRev))
        {
            _shared.TryRemove(old, out _);
        }
    }

    private async Task<PulledImage> PullAsync(string instance, string image, ImageInfo? local, IProgress<PullProgress> progress)
    {
        var registry = RegistryOf(image);
        if (local is not null && _silent.TryGetValue(registry, out var since) && time.GetUtcNow() - since < SilentFor)
        {
            return FromLocal(image, local, "the registry did not answer a moment ago");
        }
        var stopping = _stopping.Token;
        await _pulls.WaitAsync(stopping);
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    await engine.PullAsync(image, local is null ? Patience : PatienceWithLocal, progress, stopping);
                    _silent.TryRemove(registry, out _);
                    var pulled = await engine.FindImageAsync(image, stopping);
                    return pulled is null
                        ? throw new InstanceProblem($"{instance} cannot start: the image '{image}' vanished after it was pulled. Deploy again.")
                        : new(pulled, null);
                }
                catch (EngineException e) when (e.Message.Contains("no space left", StringComparison.OrdinalIgnoreCase))
                {
                    throw new InstanceProblem($"{instance} cannot start: the image '{image}' does not fit on the node's disk. "
                        + "Free space there, for example with 'docker image prune'.", e);
                }
                catch (EngineException e) when (local is not null)
                {
                    if (IsSilence(e))
                    {
                        _silent[registry] = time.GetUtcNow();
                    }
                    return FromLocal(image, local, IsRefusal(e) ? "the registry does not have it or does not give it out" : "the registry did not answer");
                }
                catch (EngineException e) when (IsRefusal(e))
                {
                    throw new InstanceProblem($"{instance} cannot start: there is no image '{image}' on the node, and the registry '{registry}' "
                        + "does not have it or does not give it out without credentials. Check the name and the tag.", e);
                }
                catch (EngineException e) when (attempt == Retries.Length || !IsSilence(e))
                {
                    throw new InstanceProblem($"{instance} cannot start: there is no image '{image}' on the node, and pulling it failed: "
                        + $"{EngineWords.Sentence(e.Message)} Check the node's way to the registry '{registry}', or load the image on the node.", e);
                }
                catch (EngineException e)
                {
                    PullFailed(image, attempt + 1, e.Message);
                    await Task.Delay(Retries[attempt], time, stopping);
                }
            }
        }
        finally
        {
            if (!stopping.IsCancellationRequested)
            {
                _pulls.Release();
            }
        }
    }

    private PulledImage FromLocal(string image, ImageInfo local, string because)
    {
        var age = local.CreatedAt is { } made ? $" of {Age(time.GetUtcNow() - made)} ago" : "";
        var warning = $"The image on the node{age} is used for '{image}': {because}.";
        LocalImageUsed(image, because);
        return new(local, warning);
    }

    private static string Age(TimeSpan age) => age switch
    {
        { TotalDays: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{age.TotalDays:0} days"),
        { TotalHours: >= 2 } => string.Create(CultureInfo.InvariantCulture, $"{age.TotalHours:0} hours"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, age.TotalMinutes):0} min"),
    };

    /// <summary>The host part of a reference: a first segment with a dot or a colon, or <c>localhost</c>.</summary>
    internal static string RegistryOf(string image) =>
        image.Split('/', 2) is [var host, _] && (host.Contains('.') || host.Contains(':') || host is "localhost") ? host : "docker.io";

    /// <summary>The registry answered, and the answer is no; asking again changes nothing.</summary>
    private static bool IsRefusal(EngineException e) => e.Fault is EngineFault.Gone or EngineFault.Refused
        && RefusalWords.Any(word => e.Message.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static bool IsSilence(EngineException e) => e.Fault is EngineFault.Unavailable || !IsRefusal(e);

    [LoggerMessage(LogLevel.Warning, "Pulling {Image} failed, attempt {Attempt}: {Why}")]
    private partial void PullFailed(string image, int attempt, string why);

    [LoggerMessage(LogLevel.Warning, "The local image is used for {Image}: {Why}")]
    private partial void LocalImageUsed(string image, string why);

    /// <summary>One pull, and everybody who waits for it. It goes on when one of them leaves: others may wait, and layers are kept.</summary>
    private sealed class Pull : IProgress<PullProgress>
    {
        private readonly Lock _gate = new();
        private readonly List<Action<string>> _listeners = [];
        private Task<PulledImage>? _task;
        private string _said = "pulling the image";

        public async Task<PulledImage> JoinAsync(
            Func<IProgress<PullProgress>, Task<PulledImage>> start, Action<string> doing, CancellationToken cancel)
        {
            Task<PulledImage> task;
            lock (_gate)
            {
                task = _task ??= start(this);
                _listeners.Add(doing);
            }
            try
            {
                if (!task.IsCompleted)
                {
                    doing(_said);
                }
                return await task.WaitAsync(cancel);
            }
            finally
            {
                lock (_gate)
                {
                    _listeners.Remove(doing);
                }
            }
        }

        public void Report(PullProgress value)
        {
            Action<string>[] listeners;
            lock (_gate)
            {
                _said = value.Percent is { } percent ? $"pulling the image, {percent} %" : "pulling the image";
                listeners = [.. _listeners];
            }
            foreach (var listener in listeners)
            {
                listener(_said);
            }
        }
    }
}
