using Kontena.Agent.Stats;
using Xunit;

namespace Kontena.Agent.Tests.Stats;

public sealed class SamplerTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("kontena-cgroup-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Version_1_is_read_from_its_separate_trees()
    {
        Write("proc/7/cgroup", "4:memory:/docker/c\n3:cpu,cpuacct:/docker/c\n2:blkio:/docker/c\n1:name=systemd:/docker/c\n0::/\n");
        Write("proc/7/net/dev", "Inter-| Receive\n face |bytes\n    lo: 9 0 0 0 0 0 0 0 9 0\n  eth0: 1000 1 0 0 0 0 0 0 2000 2 0 0 0 0 0 0\n");
        Write("sys/cpu,cpuacct/docker/c/cpuacct.usage", "123456789\n");
        Write("sys/memory/docker/c/memory.usage_in_bytes", "5000000\n");
        Write("sys/memory/docker/c/memory.limit_in_bytes", "268435456\n");
        Write("sys/memory/docker/c/memory.stat", "cache 1\ntotal_inactive_file 1000000\n");
        Write("sys/blkio/docker/c/blkio.throttle.io_service_bytes", "8:0 Read 4096\n8:0 Write 8192\n8:16 Read 4\n8:0 Total 12288\nTotal 12292\n");
        Assert.Equal(new(5, 123_456_789, 4_000_000, 268_435_456, 1_000, 2_000, 4_100, 8_192), Open()!.Read(5));
    }

    [Fact]
    public void Version_2_is_read_from_its_one_tree_and_max_is_no_limit()
    {
        Write("proc/7/cgroup", "0::/system.slice/docker-c.scope\n");
        Write("proc/7/net/dev", "");
        Write("sys/system.slice/docker-c.scope/cpu.stat", "usage_usec 1500\nuser_usec 1\n");
        Write("sys/system.slice/docker-c.scope/memory.current", "5000\n");
        Write("sys/system.slice/docker-c.scope/memory.max", "max\n");
        Write("sys/system.slice/docker-c.scope/memory.stat", "inactive_file 1000\n");
        Write("sys/system.slice/docker-c.scope/io.stat", "8:0 rbytes=10 wbytes=20 rios=1\n8:16 rbytes=1 wbytes=2 rios=1\n");
        Assert.Equal(new(5, 1_500_000, 4_000, 0, 0, 0, 11, 22), Open()!.Read(5));
    }

    [Fact]
    public void Files_that_are_not_to_be_seen_leave_it_to_the_engine()
    {
        Write("proc/7/cgroup", "0::/\n4:memory:/docker/c\n");
        Assert.Null(Open());
        Assert.Null(ContainerSampler.Open(8, $"{_root}/proc", $"{_root}/sys"));
        Assert.Null(ContainerSampler.Open(0));
    }

    [Fact]
    public void A_membership_that_climbs_out_of_the_tree_is_not_followed()
    {
        Write("proc/7/cgroup", "0::/../../secret\n");
        Write("secret/memory.current", "1");
        Assert.Null(Open());
    }

    [Fact]
    public void A_container_that_has_just_ended_gives_no_sample()
    {
        Write("proc/7/cgroup", "0::/c\n");
        Write("sys/c/memory.current", "1");
        var sampler = Open()!;
        Directory.Delete($"{_root}/sys/c", recursive: true);
        Assert.Null(sampler.Read(1));
    }

    [Fact]
    public void The_host_is_sampled_with_memory_and_load()
    {
        var host = new HostSampler("/");
        host.Read(1);
        var sample = host.Read(2);
        Assert.True(sample.MemoryTotalBytes > sample.MemoryFreeBytes && sample.MemoryFreeBytes > 0);
        Assert.True(sample.DiskTotalBytes > 0);
        Assert.InRange(sample.CpuPercent, 0, 100);
    }

    private ContainerSampler? Open() => ContainerSampler.Open(7, $"{_root}/proc", $"{_root}/sys");

    private void Write(string path, string text)
    {
        var file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
