using System.Net.Sockets;
using Kontena.Agent.Docker;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Kontena.Agent.Tests.Docker;

/// <summary>An engine that is suspended takes connections and never answers.</summary>
public sealed class EngineCallsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kontena-agent-test-");
    private readonly EngineHealth _health = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Socket => Path.Combine(_folder.FullName, "engine.sock");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_hanging_engine_is_given_up_after_the_deadline_and_named_as_the_problem()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Socket));
        listener.Listen();
        var time = new FakeTimeProvider();
        using var engine = new DockerEngine(new($"unix://{Socket}"), _health, time);

        var call = engine.PingAsync(Cancel);
        using var taken = await listener.AcceptAsync(Cancel);
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(6));

        var failure = await Assert.ThrowsAsync<EngineException>(() => call);
        Assert.Equal(EngineFault.Unavailable, failure.Fault);
        Assert.Equal("The container engine did not answer within 5 s (ping). Check that it runs and is not overloaded.", _health.Problem);
    }

    [Fact]
    public async Task An_engine_that_is_not_there_is_named_with_its_address()
    {
        using var engine = new DockerEngine(new($"unix://{Socket}"), _health, TimeProvider.System);
        var failure = await Assert.ThrowsAsync<EngineException>(() => engine.PingAsync(Cancel));
        Assert.Equal(EngineFault.Unavailable, failure.Fault);
        Assert.Contains(Socket, _health.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_callers_own_cancellation_stays_a_cancellation()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Socket));
        listener.Listen();
        using var engine = new DockerEngine(new($"unix://{Socket}"), _health, new FakeTimeProvider());
        using var leaving = new CancellationTokenSource();
        var call = engine.PingAsync(leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Null(_health.Problem);
    }
}
