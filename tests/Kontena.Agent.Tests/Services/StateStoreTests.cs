using System.Text;
using Kontena.Agent.Nodes;
using Kontena.Agent.Services;
using Kontena.Agent.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Kontena.Agent.Tests.Services;

public sealed class StateStoreTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kontena-agent-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void What_was_kept_is_there_after_a_restart_with_lists_and_memories()
    {
        var order = Some.Order(spec: Some.Spec() with { Environment = [new("PASSWORD", "hunter2-hunter2")] });
        var store = New();
        store.Load();
        store.Keep(Some.Set(7, order));
        store.Change(order.InstanceId, m => m with { AppliedRev = 3, OneshotsDone = ["seed"] });
        store.Flush();

        var state = New().Load();

        Assert.Equal(7, state.Set!.Generation);
        Assert.Equal("hunter2-hunter2", state.Set.Instances.Single().Spec.Environment.Single().Value);
        Assert.Equal(3, state.Instances.Single().AppliedRev);
        Assert.Equal(["seed"], state.Instances.Single().OneshotsDone);
    }

    [Fact]
    public void Files_hold_no_plain_secret_and_only_their_owner_may_read_them()
    {
        var store = New();
        store.Keep(Some.Set(1, Some.Order(spec: Some.Spec() with { Environment = [new("PASSWORD", "hunter2-hunter2")] })));
        store.Flush();

        Assert.NotEmpty(_folder.GetFiles());
        foreach (var file in _folder.GetFiles())
        {
            Assert.DoesNotContain("hunter2", Encoding.Latin1.GetString(File.ReadAllBytes(file.FullName)), StringComparison.Ordinal);
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file.FullName));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    public void A_damaged_file_counts_as_none(int at)
    {
        var store = New();
        store.Keep(Some.Set(1, Some.Order()));
        store.Flush();
        var path = Path.Combine(_folder.FullName, "desired.bin");
        var bytes = File.ReadAllBytes(path);
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);

        Assert.Null(New().Load().Set);
    }

    [Fact]
    public void A_cut_file_counts_as_none()
    {
        File.WriteAllBytes(Path.Combine(_folder.FullName, "desired.bin"), [1, 2, 3]);
        File.WriteAllBytes(Path.Combine(_folder.FullName, "desired.key"), new byte[32]);
        Assert.Null(New().Load().Set);
    }

    private StateStore New() => new(
        new AgentOptions { Master = new("http://master/"), Name = "host", DataFolder = _folder.FullName }, NullLogger<StateStore>.Instance);
}
