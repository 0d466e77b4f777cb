namespace Kontena.Core.Stacks.Keys;

/// <summary>Conversions of numbers whose range the key description has already checked.</summary>
internal static class Number
{
    public static object? Int32(Place at, KeyValues keys)
    {
        _ = keys;
        if (at.Scalar!.Value.Integer is >= int.MinValue and <= int.MaxValue and var value)
        {
            return (int)value;
        }
        at.Error("invalid", $"{Shown.Short(at.Text)} is too large for '{at.Key}'.");
        return null;
    }

    public static object? Decimal(Place at, KeyValues keys)
    {
        _ = keys;
        return decimal.Round((decimal)at.Scalar!.Value.Number, 9);
    }
}
