using System.Diagnostics;
using Xunit;

namespace Kontena.Web.Tests.Panes;

/// <summary>The scripts' own tests: <c>*.test.js</c> beside what they test, run by Node.js, which the build needs anyway.</summary>
public sealed class ScriptTests
{
    [Fact]
    public async Task Every_test_of_the_browser_modules_passes()
    {
        var scripts = Path.Combine(RepositoryRoot(), "wwwroot-assets", "js");
        var files = Directory.GetFiles(scripts, "*.test.js", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        using var node = Process.Start(new ProcessStartInfo("node", ["--test", .. files])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["TZ"] = "Europe/Berlin" }, // local time must differ from UTC to be told apart
        })!;
        var cancel = TestContext.Current.CancellationToken;
        var (output, errors) = (node.StandardOutput.ReadToEndAsync(cancel), node.StandardError.ReadToEndAsync(cancel));
        await node.WaitForExitAsync(cancel);

        Assert.True(node.ExitCode == 0, $"{await output}\n{await errors}");
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Kontena.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }
        return folder.FullName;
    }
}
