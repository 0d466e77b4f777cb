using Kontena.Core.Logs;

namespace Kontena.Web.Logs;

/// <summary>A verified block on its way to the store.</summary>
internal sealed record NewBlock(LogStream Stream, LogBlockHeader Header, ReadOnlyMemory<byte> Bytes);

/// <summary>Some blocks of one service that lie together.</summary>
internal abstract class LogChunk
{
    public required long FirstAt { get; init; }

    public required long LastAt { get; init; }

    /// <summary>The blocks; none when retention took them meanwhile. A damaged one is left out.</summary>
    public abstract Task<IReadOnlyList<ReadOnlyMemory<byte>>> ReadAsync(CancellationToken cancel);
}

/// <summary>Keeps sealed blocks and makes them durable together with their streams' positions.</summary>
internal interface ILogStore
{
    /// <summary>Repairs what a kill left half done. Before anything else, once.</summary>
    Task OpenAsync(CancellationToken cancel);

    /// <summary>Returns when all of them are durable. Blocks of one stream come in the order of their sequences, one call at a time.</summary>
    Task AppendAsync(IReadOnlyList<NewBlock> blocks, CancellationToken cancel);

    /// <summary>Everything of a service that may hold lines of that time, by <see cref="LogChunk.LastAt"/>, the latest first.</summary>
    IAsyncEnumerable<LogChunk> FindAsync(Guid service, long fromAt, long toAt, CancellationToken cancel);

    /// <summary>Removes what is older, and the oldest of each service that has more.</summary>
    Task TrimAsync(DateTimeOffset storedBefore, long mostBytesPerService, CancellationToken cancel);

    /// <summary>Writes down what can be written down, before the end.</summary>
    Task CloseAsync(CancellationToken cancel);
}
