using System.Collections.Immutable;
using Kontena.Core.Services;
using Kontena.Core.Stacks;

namespace Kontena.Core.Tests.Stacks;

/// <summary>What people meet every day, and what each mistake says.</summary>
public sealed class StackReaderTests
{
    private const string Compose = """
        version: "3.8"
        services:
          web:
            build: ./web
            ports: ["8080:80"]
            environment: { DB: "${DB_NAME:-app}" }
            depends_on: [db]
            restart: always
          db:
            image: mariadb:10
            volumes: ["dbdata:/var/lib/mysql"]
        volumes:
          dbdata:
        """;

    [Fact]
    public void A_2015_file_takes_its_services_from_a_Compose_file()
    {
        var reading = Read.Text("""
            web:
              extends: { file: docker-compose.yml, service: web }
              image: registry.example.com/shop/web:7
              instances: 2
              deploy: { strategy: ha, wait_for_port: 80 }
            db:
              extends: { file: docker-compose.yml, service: db }
              stateful: true
            """, ("docker-compose.yml", Compose));
        Assert.NotNull(reading.Spec);
        var (web, db) = (reading.Spec.Services[0], reading.Spec.Services[1]);
        Assert.Equal(("registry.example.com/shop/web:7", 2, 80), (web.Image, web.Instances, web.Deploy.WaitForPort));
        Assert.Equal([new EnvironmentVariable("DB", "app")], web.Environment);
        Assert.Equal([new ServiceLink("db", "db")], web.Links);
        Assert.Equal((true, "mariadb:10"), (db.Stateful, db.Image));
        Assert.Equal([new StackVolume("dbdata", "shop.dbdata", new VolumeCreation("local", ImmutableSortedDictionary<string, string>.Empty, "instance"))], reading.Spec.Volumes, VolumesAreEqual);
        var build = Assert.Single(reading.Findings);
        Assert.Equal((FindingSeverity.Warning, "docker-compose.yml", 4), (build.Severity, build.File, build.Line));
    }

    [Fact]
    public void A_stack_file_takes_its_services_from_a_Compose_file() => Assert.Equal(["web", "db"], Read.Text("""
        stack: acme/shop
        variables:
          tag: { type: string, default: "7" }
        services:
          web:
            extends: { file: docker-compose.yml, service: web }
            image: "web:${tag}"
          db:
            extends: { file: docker-compose.yml, service: db }
            stateful: true
        """, ("docker-compose.yml", Compose)).Spec!.Services.Select(s => s.Name));

    [Fact]
    public void A_missing_file_is_an_error_at_its_name_and_asked_for()
    {
        var text = "stack: a\nservices:\n  web:\n    image: x\n    extends: { file: docker-compose.yml, service: web }\n    env_file: web.env\n";
        var reading = Read.Text(text);
        Assert.Equal(["docker-compose.yml", "web.env"], reading.MissingFiles.Order());
        Assert.Contains("docker-compose.yml", reading.Findings.Select(f => Read.Marked(text, f)));
        Assert.Contains("web.env", reading.Findings.Select(f => Read.Marked(text, f)));
    }

    [Theory]
    [InlineData("imgae: x", "imgae", "image")]
    [InlineData("instance: 3", "instance", "instances")]
    [InlineData("enviroment: [A=1]", "enviroment", "environment")]
    [InlineData("mem-limit: 1g", "mem-limit", "mem_limit")]
    [InlineData("healthcheck: {}", "healthcheck", "health_check")]
    [InlineData("deploy: { stratgy: ha }", "stratgy", "strategy")]
    [InlineData("health_check: { protocol: http, port: 80, url: / }", "url", "uri")]
    public void An_unknown_key_is_marked_and_the_nearest_known_one_is_named(string line, string marked, string meant)
    {
        var text = $"stack: a\nservices:\n  web:\n    image: x\n    {line}\n";
        var finding = Read.Error(text);
        Assert.Equal("unknown_key", finding.Kind);
        Assert.Equal(marked, Read.Marked(text, finding));
        Assert.Contains($"Did you mean '{meant}'?", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("restart: always", "restart", "deploy.restart")]
    [InlineData("instances: \"3\"", "\"3\"", "Remove the quotes")]
    [InlineData("instances: 1.5", "1.5", "a whole number")]
    [InlineData("instances: -1", "-1", "between 0 and")]
    [InlineData("instances: 1000000000", "1000000000", "between 0 and")]
    [InlineData("instances: many", "many", "a whole number")]
    [InlineData("ports: [22:22]", "22:22", "Put it into quotes: \"22:22\"")]
    [InlineData("ports: [\"0:80\"]", "\"0:80\"", "1 to 65535")]
    [InlineData("ports: [\"80:65536\"]", "\"80:65536\"", "1 to 65535")]
    [InlineData("ports: [\"80/sctp/udp\"]", "\"80/sctp/udp\"", "PROTOCOL")]
    [InlineData("ports: [\"80:80\", \"80:80\"]", "\"80:80\"", "twice")]
    [InlineData("mem_limit: 512 mb", "512 mb", "512m")]
    [InlineData("mem_limit: 1k", "1k", "6 MiB")]
    [InlineData("stop_grace_period: 5 fortnights", "5 fortnights", "1m30s")]
    [InlineData("stop_grace_period: 1h1h", "1h1h", "in this order")]
    [InlineData("deploy: { min_health: 2 }", "2", "between 0 and 1")]
    [InlineData("deploy: { min_health: .nan }", ".nan", "min_health")]
    [InlineData("deploy: { strategy: swarm }", "swarm", "ha, daemon, random, binpack")]
    [InlineData("command: \"sh -c 'oops\"", "\"sh -c 'oops\"", "quote")]
    [InlineData("command: [sh, -c]", "[sh, -c]", "one line of text")]
    [InlineData("environment: [\"=x\"]", "\"=x\"", "NAME=value")]
    [InlineData("environment: { RATIO: 0.5 }", "0.5", "quotes: \"0.5\"")]
    [InlineData("environment: { on: x }", "on", "Put it into quotes")]
    [InlineData("volumes: [\"data:/data\"]", "\"data:/data\"", "external: true")]
    [InlineData("volumes: [\"./data:/data\"]", "\"./data:/data\"", "starts with a slash")]
    [InlineData("volumes: [/a, \"/b:/a\"]", "\"/b:/a\"", "mounted at /a already")]
    [InlineData("affinity: [\"node=a\"]", "\"node=a\"", "== or !=")]
    [InlineData("hooks: { post_stop: [] }", "post_stop", "Did you mean 'post_start'?")]
    [InlineData("hooks: { post_start: [{ cmd: a, instances: 1 }] }", "{ cmd: a, instances: 1 }", "'name' is missing")]
    [InlineData("health_check: { protocol: http, port: 80, uri: \"/\\n\" }", "\"/\\n\"", "no path")]
    [InlineData("health_check: { protocol: http, port: 80, interval: 5, timeout: 9 }", "5", "shorter than 'timeout'")]
    [InlineData("links: [ghost]", "ghost", "no service 'ghost'")]
    [InlineData("links: [weeb]", "weeb", "Did you mean 'web'?")]
    [InlineData("build: .", ".", "Build and push the image")]
    [InlineData("secrets: [{ secret: A, name: A, type: env }]", "[{ secret: A, name: A, type: env }]", "vault")]
    [InlineData("certificates: [{ subject: A, name: A, type: env }]", "[{ subject: A, name: A, type: env }]", "vault")]
    [InlineData("extends: ghost", "ghost", "no service 'ghost'")]
    [InlineData("extends: { stack: user/x, service: web }", "user/x", "no stack registry")]
    [InlineData("env_file: /etc/shadow", "/etc/shadow", "reads no files of its own")]
    [InlineData("env_file: ../../secret", "../../secret", "reads no files of its own")]
    [InlineData("extends: { file: \"http://example.com/a.yml\", service: a }", "\"http://example.com/a.yml\"", "no addresses")]
    [InlineData("pid: container", "container", "host")]
    [InlineData("stop_signal: KILL ME", "KILL ME", "SIGTERM")]
    [InlineData("network_mode: none", "none", "bridge, host")]
    public void A_mistake_is_marked_and_its_remedy_named(string line, string marked, string remedy)
    {
        var text = $"stack: a\nservices:\n  web:\n    image: x\n    {line}\n";
        var finding = Read.Error(text);
        Assert.Equal(5, finding.Line);
        Assert.Equal(marked, Read.Marked(text, finding));
        Assert.Contains(remedy, finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Nginx")]
    [InlineData("a b")]
    [InlineData("\"img:\"")]
    [InlineData("img@sha256:abc")]
    [InlineData("-x")]
    [InlineData("\"\"")]
    public void An_image_that_no_registry_could_have_is_marked(string image) =>
        Assert.Equal(("invalid", 3), (Read.Error($"stack: a\nservices:\n  web: {{ image: {image} }}\n").Kind, Read.Error($"stack: a\nservices:\n  web: {{ image: {image} }}\n").Line));

    [Fact]
    public void A_circle_of_links_is_written_out()
    {
        var finding = Read.Error("stack: x\nservices:\n  a: { image: x, links: [b] }\n  b: { image: x, links: [c] }\n  c: { image: x, links: [a] }\n");
        Assert.Equal("circular_link", finding.Kind);
        Assert.Contains("a → b → c → a", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_circle_of_extends_is_written_out() => Assert.Contains("a → b → a",
        Read.Text("stack: x\nservices:\n  a: { image: x, extends: b }\n  b: { image: x, extends: a }\n").Findings[0].Message, StringComparison.Ordinal);

    [Fact]
    public void All_mistakes_are_reported_at_once_in_the_order_of_the_lines()
    {
        var reading = Read.Text("stack: x\nservices:\n  a:\n    image: x\n    instances: many\n    imgae: y\n  b:\n    image: y\n    ports: [80]\n    command: []\n");
        Assert.Equal([5, 6, 9, 10], reading.Findings.Select(f => f.Line));
    }

    [Fact]
    public void Equal_keys_are_a_warning_that_names_both_lines()
    {
        var reading = Read.Text("stack: x\nservices:\n  a: { image: first }\n  a: { image: second }\n");
        Assert.Equal("second:latest", reading.Spec!.Services.Single().Image);
        Assert.Contains("line 3", Assert.Single(reading.Findings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_first_document_is_read() =>
        Assert.Equal(("further_document", 3), (Read.Text("stack: x\nservices: {a: {image: y}}\n---\nstack: z\n").Findings.Single().Kind,
            Read.Text("stack: x\nservices: {a: {image: y}}\n---\nstack: z\n").Findings.Single().Line));

    [Theory]
    [InlineData("0")]
    [InlineData("99")]
    [InlineData("abc")]
    public void An_unknown_version_lists_the_formats(string version)
    {
        var finding = Read.Text($"version: {version}\nweb: {{ image: x }}\n").Findings[0];
        Assert.Equal(1, finding.Line);
        Assert.Contains("'stack: NAME'", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_of_the_stack_format_say_so_in_an_application_file() =>
        Assert.Contains("add 'stack: NAME'", Read.Error("web:\n  image: x\n  read_only: true\n").Message, StringComparison.Ordinal);

    [Fact]
    public void A_value_cannot_add_keys()
    {
        var reading = StackReader.Read(new StackSource
        {
            Main = "kontena.yml", Grid = "test",
            Files = ImmutableDictionary<string, string>.Empty.Add("kontena.yml", "stack: a\nvariables: { v: { type: string } }\nservices:\n  web:\n    image: x\n    environment:\n      A: ${v}\n      B: \"${v}\"\n"),
            Values = ImmutableDictionary<string, string>.Empty.Add("v", "x\n    privileged: true\n\"', # : - &a *b {{c}} %d"),
        });
        var web = reading.Spec!.Services.Single();
        Assert.False(web.Privileged);
        Assert.Equal(["x\n    privileged: true\n\"', # : - &a *b {{c}} %d", "x\n    privileged: true\n\"', # : - &a *b {{c}} %d"], web.Environment.Select(e => e.Value));
    }

    [Fact]
    public void A_variable_without_a_value_is_marked_and_offered_for_a_form()
    {
        var text = "stack: a\nvariables:\n  tag: { type: string, label: Tag, from: { env: TAG } }\n  size: { type: enum, options: [s, m], default: m }\nservices: { web: { image: \"x:$tag\" } }\n";
        var reading = Read.Text(text);
        var finding = Assert.Single(reading.Findings);
        Assert.Equal(("required", "tag", "tag"), (finding.Kind, finding.Subject, Read.Marked(text, finding)));
        Assert.Contains("that of the master is never read", finding.Message, StringComparison.Ordinal);
        Assert.Equal([("tag", null, 3), ("size", "m", 4)], reading.Variables.Select(v => (v.Name, v.Value, v.Line)));
        Assert.Equal(["s", "m"], reading.Variables[1].Options);
    }

    [Fact]
    public void The_environment_and_files_of_the_process_are_never_read()
    {
        Environment.SetEnvironmentVariable("KONTENA_CANARY", "canary-7319");
        var text = "stack: a\nvariables:\n  a: { type: string, from: { env: KONTENA_CANARY }, required: false }\n  KONTENA_CANARY: { type: string, required: false }\n" +
            "  f: { type: string, from: { file: { path: /etc/hostname, ignore_errors: true } }, required: false }\nservices:\n  web: { image: x, environment: [\"A=${a}${KONTENA_CANARY}${f}\"] }\n";
        Assert.Equal("", Read.Text(text).Spec!.Services.Single().Environment.Single().Value);
        Assert.Equal("", Read.Text("web: { image: x, environment: [\"A=${KONTENA_CANARY}\"] }").Spec!.Services.Single().Environment.Single().Value);
    }

    [Fact]
    public void A_Compose_file_can_be_read_directly()
    {
        var reading = Read.Named("docker-compose.yml", Compose);
        Assert.Contains("does not build", Assert.Single(reading.Findings, f => f.Severity == FindingSeverity.Error).Message, StringComparison.Ordinal);
        Assert.NotNull(Read.Named("docker-compose.yml", Compose.Replace("build: ./web", "image: web:1", StringComparison.Ordinal)).Spec);
    }

    [Fact]
    public void A_link_that_came_from_the_Compose_file_is_marked_there()
    {
        var finding = Read.Error("stack: a\nservices:\n  web: { image: x, extends: { file: docker-compose.yml, service: web } }\n", ("docker-compose.yml", Compose));
        Assert.Equal(("docker-compose.yml", 7), (finding.File, finding.Line));
    }

    private static bool VolumesAreEqual(StackVolume a, StackVolume b) =>
        (a.Name, a.External, a.Create?.Driver, a.Create?.Scope) == (b.Name, b.External, b.Create?.Driver, b.Create?.Scope);
}
