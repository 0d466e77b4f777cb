using Docker.DotNet.Models;
using Kontena.TestKit;
using Kontena.TestKit.Engines;
using Xunit;

namespace Kontena.Integration.Tests.Samples;

/// <summary>The images of the samples do what their stack files count on, before any orchestrator is involved.</summary>
public sealed class SampleImagesTests(TestEngine engine)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> FirstWords => new()
    {
        { "kontena-samples/hello:1", "greeting 1 from" },
        { "kontena-samples/counter:1", "counting on port 8080" },
        { "kontena-samples/shop:1", "the shop is open on port 8080" },
        { "kontena-samples/notes:1", "the notebook 'Notes' is open on port 8080" },
        { "redis:7", "Ready to accept connections" },
        { "mariadb:10.11", "ready for connections" },
    };

    [Theory]
    [MemberData(nameof(FirstWords))]
    public async Task Says_that_it_is_ready_and_ends_at_once_when_told_to_stop(string reference, string words)
    {
        await engine.NeedAsync(Cancel, TestImage.Named(reference));
        var created = await engine.Client.Containers.CreateContainerAsync(
            new CreateContainerParameters
            {
                Image = reference,
                Labels = engine.Labels,
                Env = ["MARIADB_DATABASE=shop", "MARIADB_USER=shop", "MARIADB_PASSWORD=it's a secret"],
            },
            Cancel);
        await engine.Client.Containers.StartContainerAsync(created.ID, new ContainerStartParameters(), Cancel);
        await Eventually.UntilAsync(
            async cancel => (await engine.LogAsync(created.ID, cancel)).Contains(words, StringComparison.Ordinal),
            Patience, $"{reference} says '{words}'", Cancel);

        await engine.Client.Containers.StopContainerAsync(
            created.ID, new ContainerStopParameters { WaitBeforeKillSeconds = 20 }, Cancel);

        var details = await engine.Client.Containers.InspectContainerAsync(created.ID, Cancel);
        Assert.Equal(0, details.State?.ExitCode); // 137 would be a kill, 143 a process that never heard the signal
    }
}
