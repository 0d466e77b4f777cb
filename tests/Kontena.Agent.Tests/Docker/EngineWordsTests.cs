using Kontena.Agent.Docker;
using Xunit;

namespace Kontena.Agent.Tests.Docker;

public sealed class EngineWordsTests
{
    [Theory]
    [InlineData("driver failed programming external connectivity on endpoint x (1f): Bind for 0.0.0.0:8080 failed: port is already allocated",
        "web-1 cannot start: port 8080 of the node is in use by another program. Stop that, or publish another port.")]
    [InlineData("driver failed programming external connectivity on endpoint x (1f): Error starting userland proxy: listen tcp4 0.0.0.0:53: bind: address already in use",
        "web-1 cannot start: port 53 of the node is in use by the program 'dns' (pid 7). Stop that, or publish another port.")]
    [InlineData("Error starting userland proxy: listen tcp6 [::]:53: bind: address already in use",
        "web-1 cannot start: port 53 of the node is in use by the program 'dns' (pid 7). Stop that, or publish another port.")]
    [InlineData("OCI runtime create failed: container_linux.go:380: starting container process caused: exec: \"serve\": executable file not found in $PATH: unknown",
        "web-1 cannot start: the image 'app:1' has no command 'serve'. Check command and entrypoint of the service, and the image's tag.")]
    [InlineData("exec: \"/app/run\": stat /app/run: no such file or directory: unknown",
        "web-1 cannot start: the image 'app:1' has no command '/app/run'. Check command and entrypoint of the service, and the image's tag.")]
    [InlineData("exec: \"/app/run\": permission denied: unknown",
        "web-1 cannot start: '/app/run' in the image 'app:1' may not be executed. Make the file executable in the image, or check command, entrypoint and user.")]
    [InlineData("write /var/lib/docker/x: no space left on device",
        "web-1 cannot start: the disk of the engine is full. Free space on the node, for example with 'docker image prune'.")]
    [InlineData("unable to find user app: no matching entries in passwd file",
        "web-1 cannot start: the image 'app:1' has no user 'app'. Check the service's user.")]
    [InlineData("Minimum memory limit allowed is 6MB", "web-1 cannot start: Minimum memory limit allowed is 6MB.")]
    [InlineData("", "web-1 cannot start: The engine gave no reason.")]
    public void The_engines_messages_become_sentences_with_a_remedy(string engine, string words) =>
        Assert.Equal(words, EngineWords.CannotStart("web-1", "app:1", engine, port => port == 53 ? "the program 'dns' (pid 7)" : null));
}
