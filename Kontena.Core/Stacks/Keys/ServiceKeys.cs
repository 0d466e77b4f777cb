using System.Collections.Immutable;

namespace Kontena.Core.Stacks.Keys;

/// <summary>The keys of a service.</summary>
/// <remarks>docs/stack-file.md, services.</remarks>
internal static class ServiceKeys
{
    private const string NoBuild =
        "Kontena does not build images. Build and push the image yourself, remove 'build', and name the image with 'image:'.";

    private const KeyFormats V1 = KeyFormats.ApplicationV1;
    private const KeyFormats V2AndStack = KeyFormats.ApplicationV2 | KeyFormats.Stack;

    public static ImmutableArray<StackKey> All { get; } =
    [
        .. What(), .. Connections(), .. Data(), .. Resources(), .. Placement(), .. Files(),
    ];

    private static IEnumerable<StackKey> What() =>
    [
        new()
        {
            Name = "image", Types = KeyTypes.Text, Example = "redis:7",
            Summary = "The image of the containers, with its tag or digest. Without either, ':latest' is added.",
            Convert = (at, _) => ServiceValues.Image(at),
        },
        new()
        {
            Name = "instances", Types = KeyTypes.Integer, Min = 0, Max = 10_000, Default = "1", Example = "3",
            Summary = "How many instances run. With the strategy 'daemon': how many on each node.",
            Convert = Number.Int32,
        },
        new()
        {
            Name = "command", Types = KeyTypes.Text, Example = "serve --port 8080", Form = "words as in a shell, without expansion",
            Summary = "What the container runs, instead of the command of its image. Split into words as a shell does; nothing is expanded.",
            Convert = (at, _) => ServiceValues.Command(at),
        },
        new()
        {
            Name = "entrypoint", Types = KeyTypes.Text, Example = "/usr/bin/serve", Formats = KeyFormats.Stack,
            Summary = "The executable that the container starts, instead of the entrypoint of its image.",
        },
        new()
        {
            Name = "user", Types = KeyTypes.Text, Example = "\"1000:1000\"",
            Summary = "The user inside the container: a name or number, with an optional group.",
        },
        new()
        {
            Name = "environment", Types = KeyTypes.List | KeyTypes.Mapping, Example = "{ MODE: production }", Form = "NAME: value, or a list of NAME=value",
            Summary = "Environment variables of the containers. A mapping takes text, whole numbers, true and false; nothing becomes an empty value.",
            Convert = (at, _) => EnvironmentValues.Read(at),
        },
        new()
        {
            Name = "env_file", Types = KeyTypes.Text | KeyTypes.List, Example = "web.env", Form = "a file of NAME=value lines",
            Summary = "Files with further environment variables, one NAME=value on a line. Variables of 'environment' win over those of the files.",
            Convert = (at, _) => EnvironmentValues.Files(at),
        },
        new()
        {
            Name = "stateful", Types = KeyTypes.Boolean, Default = "false", Example = "true",
            Summary = "Whether instances keep their data. A stateful instance stays on its node, with its volumes.",
        },
        new()
        {
            Name = "extends", Types = KeyTypes.Text | KeyTypes.Mapping, Example = "{ file: docker-compose.yml, service: web }",
            Summary = "Takes over the keys of another service, of this file or of another one such as a docker-compose.yml. Keys that stand here win.",
            Keys = ExtendsKeys(),
            Convert = ExtendsReference.Read,
        },
    ];

    private static ImmutableArray<StackKey> ExtendsKeys() =>
    [
        new() { Name = "service", Types = KeyTypes.Text, Required = true, Example = "web", Summary = "The service to take over." },
        new() { Name = "file", Types = KeyTypes.Text, Example = "docker-compose.yml", Summary = "The file that has the service; absent: this one. Upload it together with this file." },
        new() { Name = "stack", Types = KeyTypes.Text, Example = "user/name:1.0.0", Formats = KeyFormats.All, Summary = "A stack of the registry that has the service." },
    ];

    private static IEnumerable<StackKey> Connections() =>
    [
        new()
        {
            Name = "ports", Types = KeyTypes.List, Example = "[\"80:8080\"]", Form = PortText.Form,
            Summary = "Ports of the node that lead to ports of the container. Without an address they listen on every address of the node.",
            Convert = (at, _) => ServiceValues.Ports(at),
        },
        new()
        {
            Name = "links", Types = KeyTypes.List, Example = "[redis]", Form = "SERVICE[:ALIAS] or STACK/SERVICE[:ALIAS]",
            Summary = "Services that this one uses: of this stack, or STACK/SERVICE for another one. They are deployed first.",
            Convert = (at, _) => ServiceValues.Links(at),
        },
        new()
        {
            Name = "external_links", Types = KeyTypes.List, Example = "[\"edge:proxy\"]", Form = "SERVICE[:ALIAS]",
            Summary = "Services outside the stack that this one uses.",
            Convert = (at, _) => ServiceValues.Links(at),
        },
        new()
        {
            Name = "depends_on", Types = KeyTypes.List, Example = "[db]", Formats = V2AndStack,
            Summary = "Services that are deployed before this one; the same as a link.",
            Convert = (at, _) => ServiceValues.Links(at),
        },
        new()
        {
            Name = "network_mode", Types = KeyTypes.Text, Values = ["bridge", "host"], Default = "bridge", Example = "host", Formats = V2AndStack,
            Summary = "'host' shares the network of the node: no address of its own, no published ports.",
        },
        new()
        {
            Name = "net", Types = KeyTypes.Text, Values = ["bridge", "host"], Default = "bridge", Example = "host", Formats = V1,
            Summary = "'host' shares the network of the node; later files call this network_mode.",
        },
        new()
        {
            Name = "pid", Types = KeyTypes.Text, Example = "host",
            Summary = "'host' lets the container see the processes of the node.",
        },
    ];

    private static IEnumerable<StackKey> Data() =>
    [
        new()
        {
            Name = "volumes", Types = KeyTypes.List, Example = "[\"data:/var/lib/data\"]", Form = "/path, /host/path:/path[:flags] or name:/path[:flags]",
            Summary = "Where data is mounted: a path alone for a volume of the instance, a host path, or a volume declared under 'volumes' at the top.",
            Convert = (at, _) => ServiceValues.Volumes(at),
        },
        new()
        {
            Name = "volumes_from", Types = KeyTypes.List, Example = "[\"store-%s\"]",
            Summary = "Services whose volumes are mounted too; '%s' stands for the number of the instance.",
        },
        new()
        {
            Name = "secrets", Types = KeyTypes.List, Example = "[{ secret: DB_PASSWORD, name: PASSWORD, type: env }]",
            Summary = "Secrets of the vault that the containers receive.",
            Refusal = "Secrets need the vault, and this version of Kontena has none yet. Remove 'secrets'; pass what the service needs through 'environment' or a file on the node.",
            EntryKeys =
            [
                new() { Name = "secret", Types = KeyTypes.Text, Required = true, Example = "DB_PASSWORD", Summary = "Its name in the vault." },
                new() { Name = "name", Types = KeyTypes.Text, Required = true, Example = "PASSWORD", Summary = "The environment variable or file that receives it." },
                new() { Name = "type", Types = KeyTypes.Text, Required = true, Values = ["env", "file"], Example = "env", Summary = "How the container receives it." },
            ],
            Convert = (at, _) => ServiceValues.Secrets(at),
        },
        new()
        {
            Name = "certificates", Types = KeyTypes.List, Example = "[{ subject: www.example.com, name: SSL_CERT, type: env }]",
            Formats = V2AndStack & ~KeyFormats.ApplicationV2,
            Summary = "Certificates of the grid that the containers receive.",
            Refusal = "Certificates need the vault, and this version of Kontena has none yet. Remove 'certificates'.",
            EntryKeys =
            [
                new() { Name = "subject", Types = KeyTypes.Text, Required = true, Example = "www.example.com", Summary = "The name that the certificate is for." },
                new() { Name = "name", Types = KeyTypes.Text, Required = true, Example = "SSL_CERT", Summary = "The environment variable that receives it." },
                new() { Name = "type", Types = KeyTypes.Text, Required = true, Example = "env", Summary = "How the container receives it." },
            ],
            Convert = (at, _) => ServiceValues.Certificates(at),
        },
    ];

    private static IEnumerable<StackKey> Resources() =>
    [
        new()
        {
            Name = "cpus", Types = KeyTypes.Number, Min = 0, Max = 4_096, Example = "1.5", Formats = KeyFormats.Stack,
            Summary = "How many processor cores each instance may use.",
            Convert = Number.Decimal,
        },
        new()
        {
            Name = "cpu_shares", Types = KeyTypes.Integer, Min = 0, Max = 1_024, Example = "512",
            Summary = "The weight of the service when processors are scarce.",
            Convert = Number.Int32,
        },
        Size("mem_limit", "How much memory each instance may use."),
        Size("memswap_limit", "How much memory and swap together each instance may use."),
        Size("shm_size", "The size of the shared memory, /dev/shm.") with { Formats = KeyFormats.Stack },
        new()
        {
            Name = "mem_swaplimit", Types = KeyTypes.Text, Example = "1g",
            Summary = "An old misspelling of memswap_limit; it has no effect.",
        },
        new()
        {
            Name = "cap_add", Types = KeyTypes.List, Example = "[NET_ADMIN]",
            Summary = "Kernel capabilities that the containers get in addition.",
        },
        new()
        {
            Name = "cap_drop", Types = KeyTypes.List, Example = "[ALL]",
            Summary = "Kernel capabilities that the containers lose.",
        },
        new()
        {
            Name = "privileged", Types = KeyTypes.Boolean, Default = "false", Example = "true",
            Summary = "Gives the containers all rights on the node.",
        },
        new()
        {
            Name = "read_only", Types = KeyTypes.Boolean, Default = "false", Example = "true", Formats = KeyFormats.Stack,
            Summary = "Whether the file system of the containers can only be read; volumes stay writable.",
        },
    ];

    private static StackKey Size(string name, string summary) => new()
    {
        Name = name, Types = KeyTypes.Text | KeyTypes.Integer, Min = 0, Example = "512m", Form = "bytes, or a number with k, m or g",
        Summary = summary,
        Convert = (at, _) => ServiceValues.Size(at),
    };

    private static IEnumerable<StackKey> Placement() =>
    [
        new()
        {
            Name = "affinity", Types = KeyTypes.List, Example = "[\"label==disk=ssd\"]", Form = "node, label, service or container, then == or !=, then the value",
            Summary = "Where instances run: on nodes with this name or label, beside or away from another service. With a '~' before the value it is a wish and not a condition.",
            Convert = (at, _) => ServiceValues.Affinity(at),
        },
        new()
        {
            Name = "deploy", Types = KeyTypes.Mapping, Example = "{ strategy: ha, wait_for_port: 8080 }",
            Summary = "How instances are placed and replaced.",
            Keys = DeployKeys.All,
            Convert = (_, keys) => DeployKeys.Build(keys),
        },
        new()
        {
            Name = "hooks", Types = KeyTypes.Mapping, Example = "{ post_start: [{ name: warm, cmd: warm-up, instances: \"*\" }] }",
            Summary = "Commands that run inside a container at a point of its life.",
            Keys = HookKeys.All,
            Convert = (_, keys) => HookKeys.Build(keys),
        },
        new()
        {
            Name = "health_check", Types = KeyTypes.Mapping, Example = "{ protocol: http, port: 8080, uri: /health }",
            Summary = "How Kontena finds out whether an instance works. One that fails is replaced.",
            Keys = HealthCheckKeys.All,
            Convert = HealthCheckKeys.Build,
        },
        new()
        {
            Name = "logging", Types = KeyTypes.Mapping, Example = "{ driver: syslog, options: { tag: web } }", Formats = V2AndStack,
            Summary = "Where the engine sends what the containers print. The logs page shows it only for drivers that can be read back.",
            Keys =
            [
                new() { Name = "driver", Types = KeyTypes.Text, Example = "syslog", Summary = "The log driver of the engine." },
                new() { Name = "options", Types = KeyTypes.Mapping, Example = "{ tag: web }", Summary = "Options of the driver.", Convert = (at, _) => ServiceValues.Options(at) },
            ],
            Convert = (_, keys) => new LoggingValue(keys.Text("driver"), keys.Reference<ImmutableSortedDictionary<string, string>>("options")),
        },
        new()
        {
            Name = "log_driver", Types = KeyTypes.Text, Example = "syslog", Formats = V1,
            Summary = "The log driver of the engine; later files say logging.driver.",
        },
        LogOptions("log_opt"),
        LogOptions("log_opts"),
        new()
        {
            Name = "stop_signal", Types = KeyTypes.Text, Example = "SIGUSR1", Formats = KeyFormats.Stack,
            Summary = "The signal that asks the container to end, instead of the one of its image.",
        },
        new()
        {
            Name = "stop_grace_period", Types = KeyTypes.Text, Default = "10s", Example = "1m30s", Formats = KeyFormats.Stack, Form = "numbers with h, m or s",
            Summary = "How long a container may take to end before it is killed.",
            Convert = (at, _) => ServiceValues.Duration(at),
        },
        new()
        {
            Name = "only_if", Types = KeyTypes.Text | KeyTypes.List | KeyTypes.Mapping, Example = "with_cache", Formats = KeyFormats.Stack,
            Summary = "The service exists only if these variables are true, or have these values.",
            Convert = (at, _) => at.Node,
        },
        new()
        {
            Name = "skip_if", Types = KeyTypes.Text | KeyTypes.List | KeyTypes.Mapping, Example = "single_node", Formats = KeyFormats.Stack,
            Summary = "The service is left out if one of these variables is true, or has this value.",
            Convert = (at, _) => at.Node,
        },
    ];

    private static StackKey LogOptions(string name) => new()
    {
        Name = name, Types = KeyTypes.Mapping, Example = "{ tag: web }", Formats = V1,
        Summary = "Options of the log driver; later files say logging.options.",
        Convert = (at, _) => ServiceValues.Options(at),
    };

    private static IEnumerable<StackKey> Files() =>
    [
        new()
        {
            Name = "build", Types = KeyTypes.Text | KeyTypes.Mapping, Example = "./web", Formats = V2AndStack, Refusal = NoBuild,
            Summary = "Where the image is built from.",
            Keys =
            [
                new() { Name = "context", Types = KeyTypes.Text, Required = true, Example = "./web", Summary = "The folder of the build." },
                new() { Name = "dockerfile", Types = KeyTypes.Text, Example = "Dockerfile", Summary = "The Dockerfile in that folder." },
                new() { Name = "args", Types = KeyTypes.List | KeyTypes.Mapping, Example = "{ REVISION: 7 }", Summary = "Arguments of the build.", Convert = (at, _) => at.Node },
            ],
            Convert = (at, _) => at.Node,
        },
        new()
        {
            Name = "build", Types = KeyTypes.Text, Example = "./web", Formats = V1, Refusal = NoBuild,
            Summary = "The folder from which the image is built.",
        },
        new()
        {
            Name = "dockerfile", Types = KeyTypes.Text, Example = "Dockerfile", Formats = V1,
            Summary = "The Dockerfile of 'build'.",
        },
    ];
}
