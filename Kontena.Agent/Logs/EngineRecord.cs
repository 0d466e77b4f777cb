using System.Buffers;
using Kontena.Core.Logs;

namespace Kontena.Agent.Logs;

/// <summary>What the engine keeps as one entry of a container's log: a line, or a part of a long one.</summary>
/// <param name="At">Nanoseconds since 1970; all parts of a line carry the time of the first.</param>
/// <param name="Text">Without the line break. Valid until the buffer it came from is given back.</param>
/// <param name="EndsLine">False when the line goes on in the next record of the same source.</param>
internal readonly record struct EngineRecord(LogSource Source, long At, ReadOnlySequence<byte> Text, bool EndsLine);

/// <summary>The engine's answer is not a log stream as documented, or the engine itself reports that it cannot go on.</summary>
internal sealed class EngineLogException(string message) : Exception(message);
