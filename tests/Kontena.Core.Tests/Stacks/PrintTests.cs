using System.Collections.Immutable;
using CsCheck;
using Kontena.Core.Services;
using Kontena.Core.Stacks;

namespace Kontena.Core.Tests.Stacks;

public sealed class PrintTests
{
    private static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.String[Gen.Char["abAB01 .-_/:=$${}%#'\"\\\n\t&*!|>[],?@`~\u00e4"], 0, 20],
        Gen.Int[0, Awkward.Length - 1].Select(i => Awkward[i]));

    private static readonly Gen<string> Word = Gen.String[Gen.Char["abcxyz019-"], 1, 8].Where(w => w[0] != '-');

    private static string[] Awkward =>
    [
        "", "yes", "No", "null", "~", "1", "1.5", "0x1f", "017", "22:22", "2020-01-01", ":x", "- a", "a: b", "a #b", "{{ x }}", "{% if %}", "$x", "${x}", "$$", "$$$",
        " blanks ", "<<", "=", "&a", "*a", "!x", "|", ">", "%", "@", "`", "a\nb", "\r\n", "'", "\"", "\\", "true", "on", ".inf", "1e3", "1_000", "---", "...",
    ];

    private static Gen<ServiceSpec> Services { get; } =
        Gen.Select(
            Gen.Select(Word, Word, Gen.Int[0, 9], Gen.Bool, AnyText.Array[0, 4]),
            Gen.Select(Gen.Select(Word, AnyText).Array[0, 4], Gen.Select(Gen.Int[1, 65_535], Gen.Int[1, 65_535], Gen.Bool).Array[0, 3], Word.Array[0, 3], AnyText),
            Gen.Select(Gen.Long[0, 1L << 40], Gen.Double[0, 8], Gen.Int[0, 1_024], Gen.Bool, Gen.Int[1, 10_000]),
            Gen.Select(AnyText, AnyText.Where(t => t.Length > 0), Gen.Int[1, 9].Array[0, 3], Gen.Bool, Gen.Bool),
            Gen.Select(Gen.Int[0, 4], Gen.Bool, Gen.Int[0, 200_000], Word.Array[0, 2]))
        .Select((what, use, resources, hook, deploy) => new ServiceSpec
        {
            Name = what.Item1,
            Image = what.Item2 + ":1",
            Instances = what.Item3,
            Stateful = what.Item4,
            Command = [.. what.Item5],
            Entrypoint = resources.Item4 ? use.Item4 : null,
            User = resources.Item4 ? null : use.Item4,
            Environment = [.. use.Item1.DistinctBy(v => v.Item1).Select(v => new EnvironmentVariable(v.Item1, v.Item2))],
            Ports = [.. use.Item2.Select(p => new PortMapping(p.Item3 ? "0.0.0.0" : "10.1.2.3", p.Item1, p.Item2, p.Item3 ? "udp" : "tcp")).Distinct()],
            Links = [.. use.Item3.Distinct().Select(l => new ServiceLink(l, l + "x")), .. use.Item3.Take(1).Select(l => new ServiceLink("other/" + l, "other/" + l))],
            ExternalLinks = [.. use.Item3.Distinct().Select(l => new ServiceLink(l, l))],
            Volumes = [.. use.Item3.Distinct().Select((l, i) => new VolumeMount(i == 0 ? VolumeMountKind.Bind : VolumeMountKind.Anonymous, i == 0 ? "/" + l : null, "/" + l, i == 0 ? "ro,z" : null))],
            VolumesFrom = [.. use.Item3.Take(1).Select(l => l + "-%s")],
            Affinity = [.. use.Item3.Select(l => "label!=~" + l)],
            CapAdd = [.. use.Item3.Take(2)],
            Privileged = resources.Item4,
            ReadOnly = !resources.Item4,
            Net = resources.Item4 ? "host" : "bridge",
            Cpus = decimal.Round((decimal)resources.Item2, 3) / 1.000000000000m,
            CpuShares = resources.Item3,
            MemoryBytes = resources.Item1,
            ShmSizeBytes = resources.Item1 / 1_024 * 1_024,
            LogDriver = hook.Item4 ? "syslog" : null,
            LogOptions = hook.Item4 ? ImmutableSortedDictionary<string, string>.Empty.Add("tag", hook.Item1) : ImmutableSortedDictionary<string, string>.Empty,
            Secrets = hook.Item5 ? [new ServiceSecret(hook.Item2, hook.Item1, "env")] : [],
            Hooks = new ServiceHooks { PostStart = hook.Item5 ? [new ServiceHook(hook.Item1, hook.Item2, [.. hook.Item3], hook.Item4, hook.Item5)] : [] },
            HealthCheck = hook.Item4 ? new HealthCheck { Protocol = "http", Port = resources.Item5, Uri = "/x", Interval = TimeSpan.FromSeconds(resources.Item5 + 10) } : null,
            StopGrace = TimeSpan.FromMilliseconds(deploy.Item3),
            Deploy = new DeployOptions
            {
                Strategy = new[] { "ha", "daemon", "random", "binpack", "ha" }[deploy.Item1],
                WaitForPort = deploy.Item2 ? resources.Item5 : null,
                MinHealth = deploy.Item2 ? 0.75m : null,
                Interval = deploy.Item2 ? TimeSpan.FromSeconds(deploy.Item3 + 1) : null,
                Monitor = TimeSpan.FromMilliseconds(deploy.Item3),
                AutoPromote = deploy.Item2 ? hook.Item4 : null,
                SpreadBy = [.. deploy.Item4.Select(l => "label:" + l)],
                Restart = deploy.Item2 ? new RestartPolicy("on_failure", TimeSpan.FromSeconds(3), 4, null, "fail") : null,
                ReserveMemoryBytes = deploy.Item2 ? resources.Item1 : null,
            },
        });

    private static Gen<StackSpec> Stacks { get; } = Gen.Select(Services.Array[1, 4], Word, AnyText, AnyText.Array[0, 3]).Select((services, name, text, labels) => new StackSpec
    {
        Name = name,
        Source = "user/" + name,
        Version = "1.10",
        Description = text.Length == 0 ? null : text,
        Labels = [.. labels],
        Services = [.. services.DistinctBy(s => s.Name)],
        Volumes = [new StackVolume("data", "data", null), new StackVolume("other", "there", null)],
    });

    [Fact]
    public void What_is_printed_reads_back_as_the_same_stack() => Stacks.Sample(stack =>
    {
        var text = StackFile.Print(stack);
        var reading = StackReader.Read(new StackSource
        {
            Main = "kontena.yml", Grid = "test", Files = ImmutableDictionary<string, string>.Empty.Add("kontena.yml", text),
        }, StackFeatures.Language);
        Assert.True(reading.Spec is not null, string.Join('\n', reading.Findings) + "\n" + text);
        Assert.Equal(Json(stack), Json(reading.Spec));
    }, iter: 1_000);

    [Fact]
    public void Reading_and_printing_twice_changes_nothing()
    {
        var first = StackFile.Print(Read.Text("stack: shop\nservices: {web: {image: nginx, ports: [\"80:80\"], command: \"sh -c 'a b'\"}}").Spec!);
        Assert.Equal(first, StackFile.Print(Read.Text(first).Spec!));
    }

    [Fact]
    public void A_printed_stack_is_one_that_people_can_read() => Assert.Equal("""
        stack: shop
        version: 0.0.1
        services:
          web:
            image: "nginx:1.27"
            instances: 2
            command: serve --all
            environment:
              - MODE=live
            ports:
              - "80:8080"
            mem_limit: 64m
            deploy:
              wait_for_port: 8080

        """.ReplaceLineEndings("\n"), StackFile.Print(Read.Text("""
        stack: shop
        services:
          web: { image: nginx:1.27, instances: 2, command: serve --all, environment: { MODE: live }, ports: [80:8080], mem_limit: 64m, deploy: { wait_for_port: 8080 } }
        """).Spec!));

    private static string Json(StackSpec spec) => System.Text.Json.JsonSerializer.Serialize(spec, SpecJson.Default.StackSpec);
}
