using System.Globalization;
using Kontena.Core.Problems;

namespace Kontena.Core.Services;

/// <summary>Grammar of a service's name: letters, digits, <c>-</c> and <c>_</c>, not starting with <c>-</c>.</summary>
/// <remarks>docs/stack-file.md: <c>[a-z0-9-]+</c> is recommended, the rest draws a notice only.</remarks>
public static class ServiceName
{
    public const int MaxLength = 48;

    public static bool IsValid(string? name) => NameGrammar.IsWord(name, MaxLength);

    /// <summary>Lower case, digits and dashes only: safe in host names everywhere.</summary>
    public static bool IsRecommended(string? name) => NameGrammar.IsPlain(name, MaxLength);

    /// <returns>Null when the name is good.</returns>
    public static Problem? Check(string? name) => IsValid(name) ? null : NameGrammar.Refuse("service", name, MaxLength, "web-1");
}

/// <summary>Grammar of a stack's name; the same as a service's.</summary>
public static class StackName
{
    public const int MaxLength = 48;

    /// <summary>The stack of services that were made without one. Its name appears in no host or container name.</summary>
    public const string Default = "null";

    public static bool IsValid(string? name) => NameGrammar.IsWord(name, MaxLength);

    /// <inheritdoc cref="ServiceName.IsRecommended"/>
    public static bool IsRecommended(string? name) => NameGrammar.IsPlain(name, MaxLength);

    /// <inheritdoc cref="ServiceName.Check"/>
    public static Problem? Check(string? name) => IsValid(name) ? null : NameGrammar.Refuse("stack", name, MaxLength, "shop");

    /// <summary><c>STACK.</c>, or nothing for the default stack.</summary>
    internal static string Prefix(string stack) => stack == Default ? "" : stack + ".";
}

/// <summary>Names of one instance of a service.</summary>
public static class InstanceName
{
    /// <summary>What the kernel accepts as a host name.</summary>
    public const int MaxHostNameLength = 64;

    /// <summary><c>[STACK.]SERVICE-N</c>: the name of its container.</summary>
    public static string Container(string stack, string service, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{StackName.Prefix(stack)}{service}-{number}");

    /// <summary><c>SERVICE-N</c>: what pages and messages call it within its stack.</summary>
    public static string Short(string service, int number) => string.Create(CultureInfo.InvariantCulture, $"{service}-{number}");

    /// <summary><c>[STACK.]GRID.kontena.local</c>.</summary>
    public static string Domain(string grid, string stack) => $"{StackName.Prefix(stack)}{grid}.kontena.local";

    /// <summary><c>SERVICE-N.[STACK.]GRID.kontena.local</c>.</summary>
    public static string Host(string grid, string stack, string service, int number) =>
        $"{Short(service, number)}.{Domain(grid, stack)}";

    /// <summary>Refuses a service whose highest number would get a host name that the kernel does not accept.</summary>
    /// <param name="highest">The highest number that the service may have.</param>
    /// <returns>Null when it fits.</returns>
    public static Problem? Check(string grid, string stack, string service, int highest)
    {
        var host = Host(grid, stack, service, Math.Max(1, highest));
        return host.Length <= MaxHostNameLength ? null : Problem.Invalid("host_name_too_long",
            $"Service '{service}' would get the host name '{host}' with {host.Length} characters; at most {MaxHostNameLength} work. "
            + "Shorten the name of the service or the stack.");
    }
}

internal static class NameGrammar
{
    internal static bool IsWord(string? name, int most) =>
        Has(name, most) && name![0] != '-' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    internal static bool IsPlain(string? name, int most) =>
        Has(name, most) && name![0] != '-' && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-');

    internal static bool Has(string? name, int most) => !string.IsNullOrEmpty(name) && name.Length <= most;

    internal static Problem Refuse(string what, string? name, int most, string example) => Problem.Invalid($"{what}_name",
        string.IsNullOrEmpty(name)
            ? $"A {what} needs a name, for example '{example}'."
            : $"'{Shown(name)}' cannot be the name of a {what}: use letters, digits, '-' and '_', not starting with '-', "
              + $"at most {most} characters, for example '{example}'.");

    /// <summary>Bad input in a message stays short and printable.</summary>
    internal static string Shown(string name)
    {
        var clean = new string([.. name.Take(60).Select(c => char.IsControl(c) ? '?' : c)]);
        return name.Length > 60 ? clean + "…" : clean;
    }
}
