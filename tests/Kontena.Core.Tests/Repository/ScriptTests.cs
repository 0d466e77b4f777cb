using System.Diagnostics;
using Xunit;

namespace Kontena.Core.Tests.Repository;

/// <summary>The two commands of the README answer for themselves before they touch anything.</summary>
public sealed class ScriptTests
{
    [Theory]
    [InlineData("start.sh", "--help", 0, "Usage: ./start.sh")]
    [InlineData("start.sh", "--port abc", 1, "--port abc is no number")]
    [InlineData("start.sh", "--port 70000", 1, "not between 1 and 65535")]
    [InlineData("start.sh", "--postgres", 1, "--postgres needs a value")]
    [InlineData("start.sh", "--prot 8080", 1, "'--prot' is no option")]
    [InlineData("test.sh", "--help", 0, "Usage: ./test.sh")]
    [InlineData("test.sh", "--filter", 1, "--filter needs a text")]
    [InlineData("test.sh", "everything", 1, "'everything' is no option")]
    public async Task A_script_explains_itself_and_refuses_what_it_does_not_know(string script, string arguments, int status, string words)
    {
        using var run = Process.Start(new ProcessStartInfo(Path.Combine(RepositoryTests.Root, script), arguments)
        {
            WorkingDirectory = "/",
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var cancel = TestContext.Current.CancellationToken;
        var output = run.StandardOutput.ReadToEndAsync(cancel);
        var errors = await run.StandardError.ReadToEndAsync(cancel);
        await run.WaitForExitAsync(cancel);

        Assert.Contains(words, await output + errors, StringComparison.Ordinal);
        Assert.Equal(status, run.ExitCode);
    }
}
