using Kontena.Agent.Nodes;
using Xunit;

namespace Kontena.Agent.Tests.Nodes;

public sealed class AgentArgumentsTests
{
    [Fact]
    public void Options_come_from_the_command_line_and_what_is_missing_from_the_environment()
    {
        var options = Parse(["--master", "https://kontena.example.com/base", "--label=az=a", "--label", "rack=1", "--data", "/srv/agent"],
            new() { ["KONTENA_JOIN_TOKEN"] = "token", ["KONTENA_MASTER"] = "http://other" }).Value!;
        Assert.Equal("https://kontena.example.com/base/", options.Master.AbsoluteUri);
        Assert.Equal(["az=a", "rack=1"], options.Labels);
        Assert.Equal(("token", "/srv/agent", "my-host.lan"), (options.JoinToken, options.DataFolder, options.Name));
    }

    [Fact]
    public void A_token_file_gives_its_first_line() =>
        Assert.Equal("secret", Parse(["--master", "http://m", "--token-file", "/token"]).Value!.JoinToken);

    [Theory]
    [InlineData("The master's address is missing. Give it with --master https://master.example.com or KONTENA_MASTER.")]
    [InlineData("'--fast' is not an option of the agent. Run it with --help to see them.", "--fast")]
    [InlineData("--master needs a value. Run the agent with --help to see an example.", "--master")]
    [InlineData("--master needs a value. Run the agent with --help to see an example.", "--master", "--token", "x")]
    [InlineData("--master 'ftp://x' is not an address of the form http://HOST[:PORT] or https://HOST[:PORT].", "--master", "ftp://x")]
    [InlineData("--label 'x' is not of the form KEY=VALUE, at most 256 characters without line breaks.", "--master", "http://m", "--label", "x")]
    [InlineData("--docker 'var/run' is not an address of the form unix:///PATH or tcp://HOST:PORT.", "--master", "http://m", "--docker", "var/run")]
    [InlineData("The token file '/none' cannot be read: no such file", "--master", "http://m", "--token-file", "/none")]
    [InlineData("The token file '/empty' is empty. Put the join token from \"Add node\" on its first line.", "--master", "http://m", "--token-file", "/empty")]
    public void What_is_wrong_is_named_with_its_remedy(string message, params string[] arguments) =>
        Assert.Equal(message, Parse(arguments).Problem?.Message);

    [Fact]
    public void A_name_that_is_none_is_refused_and_a_hosts_name_is_made_one()
    {
        Assert.StartsWith("--name: 'Big Host' cannot be the name of a node", Parse(["--master", "http://m", "--name", "Big Host"]).Problem?.Message, StringComparison.Ordinal);
        Assert.Equal("node", AgentArguments.Parse(["--master", "http://m"], _ => null, "---", _ => "").Value!.Name);
    }

    private static Core.Problems.Result<AgentOptions> Parse(string[] arguments, Dictionary<string, string>? environment = null) => AgentArguments.Parse(
        arguments, name => environment?.GetValueOrDefault(name), "My Host.lan",
        path => path switch
        {
            "/token" => "secret\nnot this\n",
            "/empty" => "\n",
            _ => throw new FileNotFoundException("no such file"),
        });
}
