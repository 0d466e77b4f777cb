using Kontena.Agent.Docker;
using Kontena.Agent.Images;
using Kontena.Agent.Services;
using Kontena.Agent.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Kontena.Agent.Tests.Images;

public sealed class ImageStoreTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly FakeEngine _engine;
    private readonly ImageStore _images;

    public ImageStoreTests()
    {
        _engine = new(_time);
        _images = new(_engine, _time, NullLogger<ImageStore>.Instance);
    }

    public void Dispose() => _images.Dispose();

    [Fact]
    public async Task Instances_of_one_deploy_share_a_pull_and_the_next_deploy_pulls_again()
    {
        _engine.Registry = _ => Some.ImageInfo();
        var service = Guid.CreateVersion7();
        var pulling = new TaskCompletionSource();
        _engine.DuringPull = () => pulling.Task;
        var both = Task.WhenAll(GetAsync(service: service), GetAsync(service: service));
        pulling.SetResult();
        await both;
        Assert.Equal(1, _engine.Pulls);
        await GetAsync(service: service, deploy: 2);
        Assert.Equal(2, _engine.Pulls);
    }

    [Theory]
    [InlineData("if_absent", "app:1")]
    [InlineData("never", "app:1")]
    [InlineData("always", "app@sha256:0123")]
    public async Task What_is_here_is_not_asked_for_where_asking_is_not_wanted_or_of_no_use(string policy, string image)
    {
        _engine.HasImage(image);
        Assert.Null((await GetAsync(image, policy)).Warning);
        Assert.Equal(0, _engine.Pulls);
    }

    [Fact]
    public async Task A_silent_registry_is_not_asked_again_for_a_while_where_a_local_image_serves()
    {
        _engine.HasImage("app:1");
        Assert.Equal("The image on the node of 3 days ago is used for 'app:1': the registry did not answer.", (await GetAsync()).Warning);
        Assert.Contains("a moment ago", (await GetAsync(deploy: 2)).Warning, StringComparison.Ordinal);
        Assert.Equal(1, _engine.Pulls);
        _time.Advance(TimeSpan.FromSeconds(61));
        await GetAsync(deploy: 3);
        Assert.Equal(2, _engine.Pulls);
    }

    [Fact]
    public async Task An_image_that_the_registry_does_not_have_is_said_at_once()
    {
        _engine.Registry = _ => throw new EngineException(EngineFault.Gone, "manifest for app:9 not found: manifest unknown");
        var problem = await Assert.ThrowsAsync<InstanceProblem>(() => GetAsync("app:9"));
        Assert.Equal("web-1 cannot start: there is no image 'app:9' on the node, and the registry 'docker.io' does not have it or does not give it "
            + "out without credentials. Check the name and the tag.", problem.Message);
        Assert.Equal(1, _engine.Pulls);
    }

    [Fact]
    public async Task A_registry_that_fails_is_asked_four_more_times()
    {
        _engine.Registry = _ => throw new EngineException(EngineFault.Refused, "received unexpected HTTP status: 503");
        var pull = GetAsync("registry.lan:5000/app:9");
        while (!pull.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(pull, Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken));
        }
        var problem = await Assert.ThrowsAsync<InstanceProblem>(() => pull);
        Assert.Contains("registry 'registry.lan:5000'", problem.Message, StringComparison.Ordinal);
        Assert.Equal(5, _engine.Pulls);
    }

    [Fact]
    public async Task A_failure_is_not_handed_to_the_next_attempt()
    {
        _engine.Registry = _ => throw new EngineException(EngineFault.Gone, "not found");
        var service = Guid.CreateVersion7();
        await Assert.ThrowsAsync<InstanceProblem>(() => GetAsync("app:9", service: service));
        _engine.Registry = _ => Some.ImageInfo();
        await GetAsync("app:9", service: service);
    }

    private Task<PulledImage> GetAsync(string image = "app:1", string? policy = null, Guid? service = null, long deploy = 1) => _images.GetAsync(
        "web-1", service ?? Guid.CreateVersion7(), image, policy, deploy, _ => { }, TestContext.Current.CancellationToken);
}
