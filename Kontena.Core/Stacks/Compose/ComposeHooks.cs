using System.Collections.Immutable;
using Kontena.Core.Services;
using Kontena.Core.Stacks.Keys;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Compose;

/// <summary>Turns <c>post_start</c> and <c>pre_stop</c> of Compose into hooks.</summary>
internal static class ComposeHooks
{
    public static void Read(Place at, KeyValues values)
    {
        var hooks = ImmutableArray.CreateBuilder<ServiceHook>();
        foreach (var item in at.ItemsOrOne())
        {
            if (item.Node is not YamlMapping mapping || mapping.Find("command") is not { } command)
            {
                item.Error("required", $"An entry of '{at.Key}' is a mapping with 'command'.");
                continue;
            }
            foreach (var (entry, place) in item.Entries().Where(e => e.Entry.Name != "command"))
            {
                place.NotCarriedOver(entry.Key.Span);
            }
            var text = command.Value is YamlSequence ? ShellWords.Join(item.Of(command).Words()) : item.Of(command).Text;
            hooks.Add(new ServiceHook($"{at.Key}-{hooks.Count + 1}", text, [], Oneshot: false, Required: false));
        }
        var before = values.Reference<ServiceHooks>("hooks") ?? new ServiceHooks();
        values.Set("hooks", new KeyValue(at.Key == "post_start"
            ? before with { PostStart = hooks.ToImmutable() } : before with { PreStop = hooks.ToImmutable() }, at));
    }
}
