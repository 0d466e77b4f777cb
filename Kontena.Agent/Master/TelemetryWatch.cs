using System.Collections.Immutable;

namespace Kontena.Agent.Master;

/// <summary>The services that somebody looks at right now: their tails are worth sending, and their statistics more often.</summary>
internal sealed class TelemetryWatch
{
    private ImmutableHashSet<Guid> _services = [];

    public ImmutableHashSet<Guid> Services => Volatile.Read(ref _services);

    /// <returns>Those that were not watched before.</returns>
    public ImmutableHashSet<Guid> Set(IEnumerable<Guid> services)
    {
        var now = services.ToImmutableHashSet();
        return now.Except(Interlocked.Exchange(ref _services, now));
    }
}
