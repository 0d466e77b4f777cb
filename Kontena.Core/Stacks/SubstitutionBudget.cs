namespace Kontena.Core.Stacks;

/// <summary>How much text a reading may put in the place of references, in all: a few characters can stand for megabytes.</summary>
internal sealed class SubstitutionBudget
{
    /// <summary>In UTF-16 units.</summary>
    public const int Most = 4 * 1024 * 1024;

    private int _left = Most;

    public bool IsExhausted => _left < 0;

    /// <returns>The text; nothing once too much was put in.</returns>
    public string Spend(string text)
    {
        if (IsExhausted || text.Length > _left)
        {
            _left = -1;
            return "";
        }
        _left -= text.Length;
        return text;
    }
}
