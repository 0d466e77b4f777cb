using Kontena.Core.Stacks.Printing;

namespace Kontena.Core.Stacks;

/// <summary>Writes stacks as files.</summary>
public static class StackFile
{
    /// <summary>
    /// The stack file that says exactly this: reading it gives an equal specification, save for the values of variables, which
    /// are already in their places, and volumes, which exist by then.
    /// </summary>
    public static string Print(StackSpec stack) => StackPrinter.Print(stack);
}
