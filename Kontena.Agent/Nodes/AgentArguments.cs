using System.Text.RegularExpressions;
using Kontena.Core.Nodes;
using Kontena.Core.Problems;

namespace Kontena.Agent.Nodes;

/// <summary>Reads the command line, and the environment for what the command line leaves out.</summary>
internal static partial class AgentArguments
{
    public const string Help = """
        kontena-agent: joins this host to a Kontena grid and runs what the master wants here.

          --master URL        the master's address, http:// or https://           (KONTENA_MASTER)
          --token TOKEN       join token from "Add node", needed once             (KONTENA_JOIN_TOKEN)
          --token-file FILE   the same, from the first line of a file             (KONTENA_JOIN_TOKEN_FILE)
          --data DIR          credential and state; default /var/lib/kontena-agent (KONTENA_DATA)
          --name NAME         node name; default: the host's name                 (KONTENA_NODE_NAME)
          --label KEY=VALUE   label of the node; may be repeated                  (KONTENA_LABELS, separated by commas)
          --docker URL        engine; default unix:///var/run/docker.sock         (DOCKER_HOST)
          --help, --version

        Stopping the agent leaves its containers running; the next start takes them over.
        """;

    private const int MaxLabels = 64;

    /// <param name="environment">Null for a variable that is not set.</param>
    /// <param name="readFile">Throws <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</param>
    public static Result<AgentOptions> Parse(
        IReadOnlyList<string> arguments, Func<string, string?> environment, string hostName, Func<string, string> readFile)
    {
        string? master = Set("KONTENA_MASTER"), token = Set("KONTENA_JOIN_TOKEN"), tokenFile = Set("KONTENA_JOIN_TOKEN_FILE");
        string? data = Set("KONTENA_DATA"), name = Set("KONTENA_NODE_NAME"), engine = Set("DOCKER_HOST");
        var labels = (Set("KONTENA_LABELS") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToList();
        for (var i = 0; i < arguments.Count; i++)
        {
            var (key, value) = arguments[i].Split('=', 2) is [var k, var v] && k.StartsWith("--", StringComparison.Ordinal)
                ? (k, v)
                : (arguments[i], i + 1 < arguments.Count ? arguments[++i] : null);
            if (key is not ("--master" or "--token" or "--token-file" or "--data" or "--name" or "--label" or "--docker"))
            {
                return Wrong($"'{key}' is not an option of the agent. Run it with --help to see them.");
            }
            if (string.IsNullOrWhiteSpace(value) || value.StartsWith("--", StringComparison.Ordinal))
            {
                return Wrong($"{key} needs a value. Run the agent with --help to see an example.");
            }
            switch (key)
            {
                case "--master": master = value; break;
                case "--token": (token, tokenFile) = (value, null); break;
                case "--token-file": (token, tokenFile) = (null, value); break;
                case "--data": data = value; break;
                case "--name": name = value; break;
                case "--label": labels.Add(value); break;
                default: engine = value; break;
            }
        }
        if (master is null)
        {
            return Wrong("The master's address is missing. Give it with --master https://master.example.com or KONTENA_MASTER.");
        }
        if (Address(master, "http", "https") is not { } masterUri)
        {
            return Wrong($"--master '{master}' is not an address of the form http://HOST[:PORT] or https://HOST[:PORT].");
        }
        if (Address(engine ?? "unix:///var/run/docker.sock", "unix", "tcp", "http", "https") is not { } engineUri)
        {
            return Wrong($"--docker '{engine}' is not an address of the form unix:///PATH or tcp://HOST:PORT.");
        }
        if (token is null && tokenFile is not null)
        {
            try
            {
                token = readFile(tokenFile).Split('\n', 2)[0].Trim();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Wrong($"The token file '{tokenFile}' cannot be read: {e.Message}");
            }
            if (token.Length == 0)
            {
                return Wrong($"The token file '{tokenFile}' is empty. Put the join token from \"Add node\" on its first line.");
            }
        }
        if (name is not null && NodeName.Check(name) is { } wrongName)
        {
            return Wrong("--name: " + wrongName.Message);
        }
        if (labels.Count > MaxLabels)
        {
            return Wrong($"{labels.Count} labels are too many; at most {MaxLabels} are possible.");
        }
        if (labels.FirstOrDefault(label => !LabelForm().IsMatch(label)) is { } bad)
        {
            return Wrong($"--label '{bad}' is not of the form KEY=VALUE, at most 256 characters without line breaks.");
        }
        return new AgentOptions
        {
            Master = masterUri,
            JoinToken = token,
            DataFolder = Path.GetFullPath(data ?? "/var/lib/kontena-agent"),
            Name = name ?? NodeName.From(hostName) ?? "node",
            Labels = [.. labels.Distinct()],
            Engine = engineUri,
        };

        string? Set(string variable) => environment(variable) is { } given && !string.IsNullOrWhiteSpace(given) ? given : null;
        static Problem Wrong(string message) => Problem.Invalid("arguments", message);
    }

    private static Uri? Address(string text, params ReadOnlySpan<string> schemes)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || !schemes.Contains(uri.Scheme))
        {
            return null;
        }
        // A base address without a slash at its end would lose its last segment when a path is appended.
        return uri.Scheme is "http" or "https" && !uri.AbsolutePath.EndsWith('/') ? new Uri(uri.AbsoluteUri + "/") : uri;
    }

    [GeneratedRegex("^[^=\\s]{1,63}=[^\\r\\n]{0,192}$", RegexOptions.NonBacktracking)]
    private static partial Regex LabelForm();
}
