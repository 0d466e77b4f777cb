using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Kontena.Core.Services;

namespace Kontena.Core.Tests.Services;

public sealed class SpecDiffTests
{
    private static readonly ServiceSpec Rich = Some.RichService();

    [Fact]
    public void A_spec_does_not_differ_from_itself() => Assert.Empty(SpecDiff.Between(Rich, Some.RichService()));

    [Fact]
    public void A_changed_field_is_told_in_the_words_of_the_stack_file() => Assert.Equal(
        [
            new(FieldChangeKind.Changed, "image", "registry.example/shop/web:2", "registry.example/shop/web:3"),
            new(FieldChangeKind.Changed, "mem_limit", "512m", "768m"),
            new(FieldChangeKind.Removed, "deploy.min_health", "0.5", null),
        ],
        SpecDiff.Between(Rich, Rich with
        {
            Image = "registry.example/shop/web:3",
            MemoryBytes = 768L << 20,
            Deploy = Rich.Deploy with { MinHealth = null },
        }));

    [Fact]
    public void Lists_are_compared_entry_by_entry() => Assert.Equal(
        [
            new(FieldChangeKind.Changed, "environment", "MODE=prod", "MODE=test"),
            new(FieldChangeKind.Added, "environment", null, "NEW=1"),
            new(FieldChangeKind.Removed, "ports", "10.0.0.1:53:53/udp", null),
            new(FieldChangeKind.Changed, "volumes", "files:/files", "blobs:/files"),
        ],
        SpecDiff.Between(Rich, Rich with
        {
            Environment = [new("DB_PASSWORD", "hunter2"), new("MODE", "test"), new("NEW", "1")],
            Ports = [Rich.Ports[0]],
            Volumes = [Rich.Volumes[0], Rich.Volumes[1], Rich.Volumes[2] with { Source = "blobs" }],
        }));

    [Fact]
    public void Secret_looking_values_are_masked_and_still_show_that_they_changed()
    {
        var change = Assert.Single(SpecDiff.Between(Rich, Rich with { Environment = [Rich.Environment[0], new("DB_PASSWORD", "other")] }));
        Assert.Equal(("DB_PASSWORD=••••", "DB_PASSWORD=•••• (changed)"), (change.Before, change.After));
    }

    [Theory]
    [InlineData("API_TOKEN", "x", true)]
    [InlineData("aws_secret_access_key", "x", true)]
    [InlineData("DATABASE_URL", "postgres://app:pass@db/app", true)]
    [InlineData("DATABASE_URL", "postgres://db/app", false)]
    [InlineData("MODE", "prod", false)]
    public void Secrets_are_known_by_their_name_or_by_a_password_in_an_address(string name, string value, bool secret) =>
        Assert.Equal(secret, SpecFields.LooksSecret(name, value));

    [Fact]
    public void The_order_of_affinity_rules_is_a_change_of_its_own() => Assert.Equal(
        [new(FieldChangeKind.Changed, "affinity", "label==ssd, node!=~n1", "node!=~n1, label==ssd")],
        SpecDiff.Between(Rich, Rich with { Affinity = [.. Rich.Affinity.Reverse()] }));

    [Fact]
    public void Entries_that_occur_twice_are_no_accident() => Assert.Equal(
        [new(FieldChangeKind.Removed, "cap_add", "A", null)],
        SpecDiff.Between(Rich with { CapAdd = ["A", "A"] }, Rich with { CapAdd = ["A"] }));

    /// <summary>A member that somebody adds to the spec must not be forgotten by the comparison.</summary>
    [Fact]
    public void Every_member_of_a_spec_shows_when_it_changes()
    {
        var plain = new ServiceSpec { Name = "web", Image = "nginx:1.27", HealthCheck = new HealthCheck { Protocol = "tcp" } };
        var from = Leaves(JsonNode.Parse(SpecJson.Canonical(plain))!.AsObject(), "").ToDictionary();
        foreach (var (path, value) in Leaves(JsonNode.Parse(SpecJson.Canonical(Rich))!.AsObject(), ""))
        {
            if (path is "name" or "deploy.restart")
            {
                continue;
            }
            Assert.True(from[path] != value, $"{path} is the default in the rich example, so nothing is proven about it");
            var json = JsonNode.Parse(SpecJson.Canonical(plain))!.AsObject();
            var parts = path.Split('.');
            (parts.Length == 1 ? json : json[parts[0]]!.AsObject())[parts[^1]] = JsonNode.Parse(value);
            var changed = System.Text.Json.JsonSerializer.Deserialize(json.ToJsonString(), SpecJson.Default.ServiceSpec)!;
            Assert.True(SpecDiff.Between(plain, changed).Length > 0, $"{path} changed and nothing was said");
        }

        static IEnumerable<KeyValuePair<string, string>> Leaves(JsonObject json, string prefix) => json.SelectMany(member =>
            member.Value is JsonObject nested && member.Key is "deploy" or "hooks" or "healthCheck"
                ? Leaves(member.Value!.AsObject(), member.Key + ".")
                : [new KeyValuePair<string, string>(prefix + member.Key, member.Value?.ToJsonString() ?? "null")]);
    }

    [Fact]
    public void Scaling_placement_links_and_deploy_options_recreate_nothing() => Assert.False(SpecDiff.Recreates(Rich, Rich with
    {
        Instances = 9,
        Deploy = new DeployOptions(),
        Affinity = [],
        Links = [],
        ExternalLinks = [],
    }));

    [Fact]
    public void Whatever_the_container_is_made_of_recreates_it()
    {
        Assert.True(SpecDiff.Recreates(Rich, Rich with { Image = "other:1" }));
        Assert.True(SpecDiff.Recreates(Rich, Rich with { Environment = [] }));
        Assert.True(SpecDiff.Recreates(Rich, Rich with { StopGrace = null }));
        Assert.True(SpecDiff.Recreates(Rich, Rich with { Hooks = new ServiceHooks() }));
    }
}
