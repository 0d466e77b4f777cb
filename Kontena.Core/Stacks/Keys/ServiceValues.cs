using System.Collections.Immutable;
using Kontena.Core.Services;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Keys;

/// <param name="At">Where it stands, for findings about what it names.</param>
internal sealed record PlacedLink(ServiceLink Link, Place At);

/// <inheritdoc cref="PlacedLink"/>
internal sealed record PlacedMount(VolumeMount Mount, Place At);

internal sealed record LoggingValue(string? Driver, ImmutableSortedDictionary<string, string>? Options);

/// <summary>Normalises the values of a service's keys.</summary>
internal static class ServiceValues
{
    private const int MostEntries = 1_000;

    public static object? Image(Place at)
    {
        if (at.Text.Length == 0)
        {
            at.Error("invalid", "The image has no name. Write one, such as redis:7.");
            return null;
        }
        return WithTag(at.Text);
    }

    /// <summary>Adds <c>:latest</c> to a text without any colon, as it always was: <c>host:5000/x</c> stays.</summary>
    public static string WithTag(string image) => image.Contains(':', StringComparison.Ordinal) ? image : image + ":latest";

    public static object? Command(Place at)
    {
        if (ShellWords.Split(at.Text) is { } words)
        {
            return words;
        }
        at.Error("invalid", $"A quote in '{Shown.Short(at.Text)}' is not closed. Add the missing quote, or put a backslash before it.");
        return null;
    }

    public static object? Size(Place at)
    {
        if (ByteSizeText.Parse(at.Text) is { } bytes)
        {
            return bytes;
        }
        at.Error("invalid", $"'{Shown.Short(at.Text)}' is no size. Write whole bytes, or a whole number with k, m or g, such as 512m.");
        return null;
    }

    public static object? Duration(Place at)
    {
        if (at.Scalar is { Kind: ScalarKind.Integer } seconds)
        {
            return TimeSpan.FromSeconds(seconds.Value.Integer);
        }
        if (DurationText.Parse(at.Text) is { } duration)
        {
            return duration;
        }
        at.Error("invalid", $"'{Shown.Short(at.Text)}' is no duration. Write numbers with h, m or s in this order, such as 1m30s.");
        return null;
    }

    public static object Ports(Place at)
    {
        var ports = ImmutableArray.CreateBuilder<PortMapping>();
        foreach (var item in at.Items())
        {
            var port = item.Scalar is { Kind: ScalarKind.Text } ? PortText.Parse(item.Text) : null;
            if (port is null)
            {
                at.Findings.Error("invalid", item.Span, at.Path, PortMessage(item));
            }
            else if (ports.Contains(port))
            {
                at.Findings.Error("invalid", item.Span, at.Path, $"The port {PortText.Print(port)} stands here twice. Remove one.");
            }
            else
            {
                ports.Add(port);
            }
        }
        return Limited(at, ports.ToImmutable());
    }

    public static object Links(Place at)
    {
        var links = ImmutableArray.CreateBuilder<PlacedLink>();
        foreach (var item in at.Items())
        {
            if (Link(item) is { } link)
            {
                links.Add(new PlacedLink(link, item));
            }
            else
            {
                at.Findings.Error("invalid", item.Span, at.Path, "A link is SERVICE or SERVICE:ALIAS, such as redis or \"redis:cache\".");
            }
        }
        return Limited(at, links.ToImmutable());
    }

    public static object Volumes(Place at)
    {
        var mounts = ImmutableArray.CreateBuilder<PlacedMount>();
        foreach (var item in at.Items())
        {
            if (item.Scalar is not { Kind: ScalarKind.Text })
            {
                item.Error("type", $"A volume is text such as \"data:/var/lib/data\", and this is {TypeMessage.NameOf(item.Node)}.");
            }
            else if (VolumeText.Parse(item.Text) is { } mount)
            {
                mounts.Add(new PlacedMount(mount, item));
            }
            else
            {
                at.Findings.Error("invalid", item.Span, at.Path.Add(item.Text),
                    $"'{Shown.Short(item.Text)}' is no volume. Write /path, /host/path:/path or name:/path; the path in the container starts with a slash.");
            }
        }
        return Limited(at, mounts.ToImmutable());
    }

    public static object Affinity(Place at)
    {
        var rules = KeyReader.Texts(at);
        foreach (var (rule, item) in rules.Zip(at.Items()))
        {
            if (!rule.Contains("==", StringComparison.Ordinal) && !rule.Contains("!=", StringComparison.Ordinal))
            {
                at.Findings.Error("invalid", item.Span, at.Path, $"'{Shown.Short(rule)}' has no operator. Write == or !=, such as label==disk=ssd.");
            }
        }
        return Limited(at, rules);
    }

    public static ImmutableSortedDictionary<string, string> Options(Place at)
    {
        var options = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var entry in ((YamlMapping)at.Node).Entries)
        {
            if (entry.Value is YamlScalar scalar)
            {
                options[entry.Name] = scalar.Value.Text;
            }
            else
            {
                at.Of(entry).Error("type", $"The option '{Shown.Short(entry.Name)}' is text, and this is {TypeMessage.NameOf(entry.Value)}.");
            }
        }
        return options.ToImmutable();
    }

    public static object Secrets(Place at)
    {
        var secrets = ImmutableArray.CreateBuilder<ServiceSecret>();
        foreach (var values in Entries(at, "secrets", "secret, name and type"))
        {
            secrets.Add(new ServiceSecret(values.Text("secret") ?? "", values.Text("name") ?? "", values.Text("type") ?? ""));
        }
        return secrets.ToImmutable();
    }

    public static object Certificates(Place at) => Entries(at, "certificates", "subject, name and type").Select(v => v.Text("subject") ?? "").ToImmutableArray();

    private static List<KeyValues> Entries(Place at, string key, string members)
    {
        var all = new List<KeyValues>();
        var description = ServiceKeys.All.First(k => k.Name == key);
        foreach (var item in at.Items())
        {
            if (item.Node is YamlMapping)
            {
                all.Add(KeyReader.Read(item, description.EntryKeys));
            }
            else
            {
                item.Error("type", $"The entries of '{key}' are mappings with {members}, and this is {TypeMessage.NameOf(item.Node)}.");
            }
        }
        return all;
    }

    private static ServiceLink? Link(Place item)
    {
        if (item.Node is YamlMapping mapping)
        {
            var name = (mapping.Get("name") as YamlScalar)?.Value.Text;
            var alias = (mapping.Get("alias") as YamlScalar)?.Value.Text;
            return string.IsNullOrEmpty(name) ? null : new ServiceLink(name, string.IsNullOrEmpty(alias) ? name : alias);
        }
        if (item.Scalar is not { Kind: ScalarKind.Text } || item.Text.Length == 0)
        {
            return null;
        }
        var colon = item.Text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? new ServiceLink(item.Text, item.Text)
            : colon == 0 || colon == item.Text.Length - 1 ? null
            : new ServiceLink(item.Text[..colon], item.Text[(colon + 1)..]);
    }

    private static string PortMessage(Place item) => item.Node switch
    {
        YamlScalar { Kind: ScalarKind.Integer } scalar when scalar.Text.Contains(':', StringComparison.Ordinal) =>
            $"{scalar.Text} without quotes is the number {scalar.Value.Text} in YAML. Put it into quotes: \"{scalar.Text}\".",
        YamlScalar { Kind: ScalarKind.Integer } scalar => $"A port needs both sides. Write \"{scalar.Text}:{scalar.Text}\" to publish it under the same number.",
        YamlMapping => $"A port is text of the form {PortText.Form}, and not a mapping. Write it like \"80:8080\".",
        _ => $"'{Shown.Short(item.Text)}' is no port. Write {PortText.Form} with ports from 1 to 65535, such as \"80:8080\" or \"53:53/udp\".",
    };

    private static ImmutableArray<T> Limited<T>(Place at, ImmutableArray<T> entries)
    {
        if (entries.Length > MostEntries)
        {
            at.Error("invalid", $"'{at.Key}' has {entries.Length} entries; {MostEntries} are allowed.");
        }
        return entries;
    }
}
