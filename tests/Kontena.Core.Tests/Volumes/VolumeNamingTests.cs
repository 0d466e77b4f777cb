using Kontena.Core.Volumes;

namespace Kontena.Core.Tests.Volumes;

public sealed class VolumeNamingTests
{
    [Theory]
    [InlineData("instance", "app", "app.db.data-1")]
    [InlineData("instance", "null", "db.data-1")]
    [InlineData("stack", "app", "app.data")]
    [InlineData("stack", "null", "null.data")]
    [InlineData("grid", "app", "data")]
    public void A_named_volume_is_called_after_its_scope(string scope, string stack, string name) =>
        Assert.Equal(name, VolumeNaming.DockerName(scope, stack, "db", "data", 1));

    [Fact]
    public void The_volume_of_a_path_has_an_empty_segment_that_no_named_volume_can_have()
    {
        Assert.Equal("app.db..bd47413b-2", VolumeNaming.DockerNameOfPath("app", "db", "/data", 2));
        Assert.Equal("db..bd47413b-2", VolumeNaming.DockerNameOfPath("null", "db", "/data/", 2));
    }

    [Theory]
    [InlineData("/data", "/data")]
    [InlineData("/data/", "/data")]
    [InlineData("//var///lib/./x/../y/", "/var/lib/y")]
    [InlineData("/../..", "/")]
    [InlineData("", "/")]
    public void Paths_that_mean_the_same_are_the_same(string path, string clean) => Assert.Equal(clean, VolumeNaming.CleanPath(path));
}
