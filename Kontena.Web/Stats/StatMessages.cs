namespace Kontena.Web.Stats;

/// <summary>Points of one instance.</summary>
/// <param name="I">"web-1".</param>
/// <param name="Points">
/// Each: milliseconds since 1970, CPU in percent of a core, memory in bytes, its limit (0: none), and per second: bytes
/// received, sent, read from and written to block devices.
/// </param>
internal sealed record StatSeries(string I, IReadOnlyList<double[]> Points);

internal sealed record StatBatch(IReadOnlyList<StatSeries> Series);

/// <param name="Points">
/// Each: milliseconds since 1970, CPU in percent of the whole host, load of the last minute, memory there is, memory
/// used, disk there is, disk used, and per second: bytes received and sent.
/// </param>
internal sealed record NodeStatBatch(IReadOnlyList<double[]> Points);
