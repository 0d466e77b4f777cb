using System.Diagnostics.CodeAnalysis;
using Kontena.Core.Logs;

namespace Kontena.Agent.Master;

/// <summary>Statistics on their way to the master. Old ones are worth little: beyond some minutes of them the oldest go.</summary>
internal sealed class TelemetrySamples
{
    private const int Most = 128;
    private readonly Lock _gate = new();
    private readonly Queue<TelemetryMessage.Stats> _waiting = [];

    public void Add(TelemetryMessage.Stats batch)
    {
        lock (_gate)
        {
            _waiting.Enqueue(batch);
            if (_waiting.Count > Most)
            {
                _waiting.Dequeue();
            }
        }
    }

    public bool TryTake([NotNullWhen(true)] out TelemetryMessage.Stats? batch)
    {
        lock (_gate)
        {
            return _waiting.TryDequeue(out batch);
        }
    }
}
