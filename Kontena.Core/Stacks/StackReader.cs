namespace Kontena.Core.Stacks;

/// <summary>Reads a <c>kontena.yml</c> of any format: stack file, 2015 application file, or compose file.</summary>
public static class StackReader
{
    /// <summary>Never throws on any input; what is wrong is among the findings, all of it at once.</summary>
    public static StackReading Read(StackSource source) => throw new NotSupportedException();
}
