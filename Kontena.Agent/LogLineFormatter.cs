using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Kontena.Agent;

/// <summary>One line per entry: time, level when it is worth a look, message, and the innermost cause.</summary>
internal sealed class LogLineFormatter(TimeProvider time) : ConsoleFormatter(Id)
{
    public const string Id = "line";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var level = logEntry.LogLevel switch
        {
            LogLevel.Warning => "WARNING ",
            LogLevel.Error => "ERROR ",
            LogLevel.Critical => "FATAL ",
            _ => "",
        };
        var cause = logEntry.Exception is { } e ? $" ({e.GetType().Name}: {e.Message} {e.StackTrace})" : "";
        var text = logEntry.Formatter(logEntry.State, logEntry.Exception) + cause;
        textWriter.Write(time.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss ", CultureInfo.InvariantCulture));
        textWriter.WriteLine(level + text.ReplaceLineEndings(" | "));
    }
}
