using System.Collections.Immutable;
using System.Globalization;
using Kontena.Core.Services;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Keys;

/// <summary>The keys of <c>hooks:</c>.</summary>
internal static class HookKeys
{
    private const int Most = 50;

    public static ImmutableArray<StackKey> All { get; } =
    [
        new()
        {
            Name = "pre_build", Types = KeyTypes.List, Example = "[{ name: compile, cmd: make }]",
            Summary = "Ran before the image was built. Kontena does not build images, so these are checked and then ignored.",
            EntryKeys = [Name(), Command()],
            Convert = (at, _) => ReadAll(at, [Name(), Command()]),
        },
        Hook("pre_start", "Runs in a container of its own before the instance starts; when it fails, the instance does not start."),
        Hook("post_start", "Runs in the container right after its start.", required: true),
        Hook("pre_stop", "Runs in the container before it is stopped."),
        Hook("pre_backup", "Runs in the container before its volumes are saved."),
        Hook("post_backup", "Runs in the container after its volumes were saved."),
    ];

    public static ServiceHooks Build(KeyValues keys) => new()
    {
        PreStart = Of(keys, "pre_start"), PostStart = Of(keys, "post_start"), PreStop = Of(keys, "pre_stop"),
        PreBackup = Of(keys, "pre_backup"), PostBackup = Of(keys, "post_backup"),
    };

    private static ImmutableArray<ServiceHook> Of(KeyValues keys, string point) => keys.Value<ImmutableArray<ServiceHook>>(point) ?? [];

    private static StackKey Hook(string point, string summary, bool required = false)
    {
        ImmutableArray<StackKey> entry = [Name(), Command(), Instances(), Oneshot(), .. required ? [Required()] : Array.Empty<StackKey>()];
        return new StackKey
        {
            Name = point, Types = KeyTypes.List, Example = "[{ name: migrate, cmd: rake db:migrate, instances: 1, oneshot: true }]", Summary = summary,
            EntryKeys = entry, Convert = (at, _) => ReadAll(at, entry),
        };
    }

    private static StackKey Name() => new()
    {
        Name = "name", Types = KeyTypes.Text, Required = true, Example = "migrate", Summary = "What the hook is called in events and logs.",
    };

    private static StackKey Command() => new()
    {
        Name = "cmd", Types = KeyTypes.Text, Required = true, Example = "rake db:migrate", Summary = "The command, run by /bin/sh -c.",
    };

    private static StackKey Instances() => new()
    {
        Name = "instances", Types = KeyTypes.Text | KeyTypes.Integer, Required = true, Min = 1, Example = "\"*\"", Form = "a number, a list such as \"1,3\", or \"*\" for all",
        Summary = "The numbers of the instances it runs for.", Convert = (at, _) => Numbers(at),
    };

    private static StackKey Oneshot() => new()
    {
        Name = "oneshot", Types = KeyTypes.Boolean, Default = "false", Example = "true",
        Summary = "Whether it runs only once in the life of the service, and not at every start.",
    };

    private static StackKey Required() => new()
    {
        Name = "required", Types = KeyTypes.Boolean, Default = "false", Example = "true",
        Summary = "Whether the instance counts as failed when the hook fails.",
    };

    private static ImmutableArray<ServiceHook> ReadAll(Place at, ImmutableArray<StackKey> keys)
    {
        var hooks = ImmutableArray.CreateBuilder<ServiceHook>();
        foreach (var item in at.Items())
        {
            if (item.Node is not YamlMapping)
            {
                item.Error("type", $"A hook is a mapping with name and cmd, and this is {TypeMessage.NameOf(item.Node)}.");
                continue;
            }
            var values = KeyReader.Read(item, keys);
            hooks.Add(new ServiceHook(
                values.Text("name") ?? "", values.Text("cmd") ?? "", values.Value<ImmutableArray<int>>("instances") ?? [],
                values.Value<bool>("oneshot") ?? false, values.Value<bool>("required") ?? false));
        }
        if (hooks.Count > Most)
        {
            at.Error("invalid", $"'{at.Key}' has {hooks.Count} hooks; {Most} are allowed. Put the commands into one script.");
        }
        return hooks.ToImmutable();
    }

    private static ImmutableArray<int>? Numbers(Place at)
    {
        if (at.Text == "*")
        {
            return ImmutableArray<int>.Empty;
        }
        var numbers = ImmutableArray.CreateBuilder<int>();
        foreach (var part in at.Text.Split(','))
        {
            if (!int.TryParse(part.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 || numbers.Count > 1_000)
            {
                at.Error("invalid", $"'{Shown.Short(at.Text)}' names no instances. Write a number, a list such as \"1,3\", or \"*\" for all.");
                return null;
            }
            numbers.Add(number);
        }
        return numbers.ToImmutable();
    }
}
