using Kontena.Core.Services;
using Kontena.TestKit.Samples;
using Xunit;

namespace Kontena.Integration.Tests.Samples;

/// <summary>What the samples' READMEs promise is what the reader understands.</summary>
public sealed class SampleFilesTests
{
    [Fact]
    public void Every_sample_reads_without_an_error_or_a_warning()
    {
        foreach (var sample in Sample.All)
        {
            Assert.Equal([], sample.Read().Findings.Select(finding => $"{sample}: {finding}"));
        }
    }

    [Fact]
    public void The_shop_takes_what_it_does_not_say_from_the_compose_file()
    {
        var services = Sample.Shop.Read().Spec!.Services;
        Assert.Equal(["web", "worker", "mysql"], services.Select(service => service.Name));
        var (web, mysql) = (services[0], services[2]);
        Assert.Equal("kontena-samples/shop:1", web.Image);
        Assert.Equal([new ServiceLink("mysql", "mysql")], web.Links);
        Assert.Contains(new EnvironmentVariable("DB_PASSWORD", "not-laptop"), web.Environment);
        Assert.Contains(new EnvironmentVariable("DB_HOST", "mysql"), web.Environment);
        Assert.True(mysql.Stateful);
        Assert.Equal(["/var/lib/mysql"], mysql.Volumes.Select(volume => volume.Path));
    }

    [Fact]
    public void The_notes_put_their_variables_in()
    {
        var app = Sample.Notes.Read().Spec!.Services.Single();
        Assert.Equal([new PortMapping("0.0.0.0", 8083, 8080, "tcp")], app.Ports);
        Assert.Contains(new EnvironmentVariable("TITLE", "Our notes"), app.Environment);
        Assert.Equal("echo \"Welcome to $TITLE\" >> /notes/notes.txt", app.Hooks.PostStart.Single().Command);
    }
}
