namespace Kontena.Core.Stacks.Templates;

/// <summary>How much one rendering may produce and look at, in characters and list members together.</summary>
internal sealed class TemplateBudget
{
    /// <summary>The longest text and the longest list that a template can make.</summary>
    public const int LongestText = 64 * 1024;
    public const int LongestList = 1_000;

    private const int Most = 4 * 1024 * 1024;

    private int _left = Most;

    /// <exception cref="TemplateTooLargeException">There is nothing left.</exception>
    public void Spend(long amount)
    {
        if (amount > _left)
        {
            throw new TemplateTooLargeException($"The template makes more than {Most / 1024 / 1024} MiB of text. Use fewer or smaller loops.");
        }
        _left -= (int)amount;
    }

    public void SpendText(long length)
    {
        if (length > LongestText)
        {
            throw new TemplateTooLargeException($"The template makes a text longer than {LongestText / 1024} KiB. Use a shorter one.");
        }
        Spend(length);
    }

    public void SpendList(long count)
    {
        if (count > LongestList)
        {
            throw new TemplateTooLargeException($"The template makes a list of more than {LongestList} members. Use a smaller range.");
        }
        Spend(count * 16);
    }
}

internal sealed class TemplateTooLargeException(string message) : Exception(message);
