using System.Text.RegularExpressions;

namespace Kontena.Agent.Docker;

/// <summary>The engine's messages in words that a user can act on.</summary>
internal static partial class EngineWords
{
    /// <summary>Ends with a full stop, begins with a capital letter, one line, bounded.</summary>
    public static string Sentence(string text)
    {
        var line = string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        line = line.Length > 600 ? line[..600] + "…" : line;
        if (line.Length == 0)
        {
            return "The engine gave no reason.";
        }
        return char.ToUpperInvariant(line[0]) + line[1..] + (line[^1] is '.' or '!' or '?' or '…' ? "" : ".");
    }

    /// <summary>Why a container could not be created or started.</summary>
    /// <param name="name">Of the container.</param>
    /// <param name="holder">Names what holds a host port: "the container 'x'"; null when it is not known.</param>
    public static string CannotStart(string name, string image, string message, Func<int, string?> holder)
    {
        if (PortAllocated().Match(message) is { Success: true } allocated)
        {
            return PortInUse(name, int.Parse(allocated.Groups[1].Value), holder);
        }
        if (PortBound().Match(message) is { Success: true } bound)
        {
            return PortInUse(name, int.Parse(bound.Groups[1].Value), holder);
        }
        if (message.Contains("no space left on device", StringComparison.OrdinalIgnoreCase))
        {
            return $"{name} cannot start: the disk of the engine is full. Free space on the node, for example with 'docker image prune'.";
        }
        if (CommandMissing().Match(message) is { Success: true } command)
        {
            return $"{name} cannot start: the image '{image}' has no command '{command.Groups[1].Value}'. "
                + "Check command and entrypoint of the service, and the image's tag.";
        }
        if (CommandForbidden().Match(message) is { Success: true } forbidden)
        {
            return $"{name} cannot start: '{forbidden.Groups[1].Value}' in the image '{image}' may not be executed. "
                + "Make the file executable in the image, or check command, entrypoint and user.";
        }
        if (UserMissing().Match(message) is { Success: true } user)
        {
            return $"{name} cannot start: the image '{image}' has no user '{user.Groups[1].Value}'. Check the service's user.";
        }
        if (NameTaken().Match(message) is { Success: true })
        {
            return $"{name} cannot start: a container of that name exists on the node that Kontena did not make. "
                + $"Rename or remove it: docker rename {name} OTHER-NAME";
        }
        if (message.Contains("No such image", StringComparison.OrdinalIgnoreCase))
        {
            return $"{name} cannot start: the node has no image '{image}' any more. Deploy again to pull it.";
        }
        return $"{name} cannot start: {Sentence(message)}";
    }

    private static string PortInUse(string name, int port, Func<int, string?> holder) =>
        $"{name} cannot start: port {port} of the node is in use by {holder(port) ?? "another program"}. "
        + "Stop that, or publish another port.";

    [GeneratedRegex(@"Bind for \S*:(\d+) failed: port is already allocated", RegexOptions.NonBacktracking)]
    private static partial Regex PortAllocated();

    [GeneratedRegex(@"listen (?:tcp|udp|sctp)[46]? \S*:(\d+): bind: address already in use", RegexOptions.NonBacktracking)]
    private static partial Regex PortBound();

    [GeneratedRegex("exec: \"([^\"]+)\": (?:stat [^:]+: no such file or directory|executable file not found)", RegexOptions.NonBacktracking)]
    private static partial Regex CommandMissing();

    [GeneratedRegex("exec: \"([^\"]+)\": permission denied", RegexOptions.NonBacktracking)]
    private static partial Regex CommandForbidden();

    [GeneratedRegex(@"unable to find user (\S+): no matching entries", RegexOptions.NonBacktracking)]
    private static partial Regex UserMissing();

    [GeneratedRegex("The container name \"[^\"]+\" is already in use", RegexOptions.NonBacktracking)]
    private static partial Regex NameTaken();
}
