using CsCheck;
using Kontena.Core.Logs;
using Xunit;

namespace Kontena.Core.Tests.Logs;

public sealed class LogCursorTests
{
    /// <summary>Records as an engine writes them: times never fall within one source, may repeat, and the sources mix in any way.</summary>
    private static readonly Gen<(LogSource Source, long At)[]> Records =
        Gen.Select(Gen.Bool, Gen.Int[0, 2]).Array[1, 60].Select(steps =>
        {
            var at = new Dictionary<LogSource, long> { [LogSource.Stdout] = 1_000, [LogSource.Stderr] = 1_000 };
            return steps.Select(step =>
            {
                var source = step.Item1 ? LogSource.Stderr : LogSource.Stdout;
                return (source, at[source] += step.Item2);
            }).ToArray();
        });

    [Fact]
    public void Reading_on_from_any_cursor_yields_every_record_exactly_once() =>
        Gen.Select(Records, Gen.Int[0, 60]).Sample((records, stop) =>
        {
            var cursor = new LogCursor();
            var read = records.Take(stop).ToList();
            foreach (var (source, at) in read)
            {
                cursor = cursor.After(source, at);
            }
            var filter = new LogCursorFilter(cursor);
            read.AddRange(records.Where(r => filter.IsNew(r.Source, r.At)));
            return read.SequenceEqual(records);
        });
}
