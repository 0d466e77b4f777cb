namespace Kontena.Core.Stacks;

/// <summary>The kinds of file that can be read.</summary>
public enum StackFormat
{
    /// <summary>With the key <c>stack</c>.</summary>
    Stack,

    /// <summary>The application file of 2015, with or without <c>version: 2</c>.</summary>
    Application,

    /// <summary>A docker-compose file.</summary>
    Compose,
}
