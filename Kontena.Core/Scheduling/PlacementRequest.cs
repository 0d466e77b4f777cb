using System.Globalization;
using Kontena.Core.Services;

namespace Kontena.Core.Scheduling;

/// <summary>The instance to place and everything that filters and strategies may ask about it.</summary>
public sealed record PlacementRequest
{
    public required GridSnapshot Grid { get; init; }

    public required WorkingCopy Copy { get; init; }

    public required ServiceSnapshot Service { get; init; }

    public required int Number { get; init; }

    /// <summary>Where the row of this number is; null for a new one.</summary>
    public Guid? CurrentNode { get; init; }

    /// <summary>
    /// The question is whether a node suits the service at all (<c>daemon</c>), not where one instance goes: the service's
    /// own rows are left out, and what belongs to a single number is not asked.
    /// </summary>
    public bool WholeService { get; init; }

    /// <summary>How many instances the node must bear at once; more than one only for <c>daemon</c>.</summary>
    public int PerNode { get; init; } = 1;

    public ServiceSpec Spec => Service.Spec;

    public string Name => InstanceName.Short(Service.Name, Number);

    /// <summary>Null: unknown, or no limit; then memory is not looked at.</summary>
    public long? MemoryNeededBytes
    {
        get
        {
            var needed = Spec.MemoryBytes ?? Spec.MemorySwapBytes
                ?? (Service.PeakMemoryBytes is { } peak ? (long)Math.Min(peak * 1.25m, long.MaxValue) : null);
            return needed > 0 ? needed : null;
        }
    }

    public bool IsOn(Guid node) => CurrentNode == node;

    /// <summary>The row that the question is about, which must not stand in its own way.</summary>
    public bool IsOwn(PlacedRow row) => row.Service.Id == Service.Id && (WholeService || row.Number == Number);

    /// <summary>Puts the number in place of <c>%s</c>, <c>%i</c> and <c>%d</c>, and a percent sign in place of <c>%%</c>.</summary>
    public string Substitute(string text)
    {
        if (!text.Contains('%'))
        {
            return text;
        }
        var number = Number.ToString(CultureInfo.InvariantCulture);
        var result = new System.Text.StringBuilder(text.Length + number.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 1 < text.Length && text[i + 1] is 's' or 'i' or 'd' or '%')
            {
                i++;
                result.Append(text[i] == '%' ? "%" : number);
            }
            else
            {
                result.Append(text[i]);
            }
        }
        return result.ToString();
    }
}
