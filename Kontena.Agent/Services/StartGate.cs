namespace Kontena.Agent.Services;

/// <summary>
/// After the agent's own start, instances with data wait for the master's first list before they are started from the saved one:
/// while this host was away, their row may have moved. Without a master they start after a minute.
/// </summary>
internal sealed class StartGate(TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly DateTimeOffset _opensAt = time.GetUtcNow() + Patience;
    private bool _heard;

    /// <returns>Whether this opened the gate.</returns>
    public bool MasterHeard() => !Interlocked.Exchange(ref _heard, true);

    /// <returns>Null when the gate is open.</returns>
    public DateTimeOffset? OpensAt() => Volatile.Read(ref _heard) || time.GetUtcNow() >= _opensAt ? null : _opensAt;
}
