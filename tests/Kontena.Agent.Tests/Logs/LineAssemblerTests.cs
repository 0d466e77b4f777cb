using System.Buffers;
using System.Text;
using CsCheck;
using Kontena.Agent.Logs;
using Kontena.Core.Logs;
using Xunit;

namespace Kontena.Agent.Tests.Logs;

public sealed class LineAssemblerTests
{
    /// <summary>Lines of any length, cut into parts as the engine cuts them, the sources mixed.</summary>
    private static readonly Gen<List<(LogSource Source, long At, byte[] Part, bool Ends)>> Engine = Gen.Select(
        Gen.Select(Gen.Bool, Gen.Frequency((10, Gen.Int[0, 50]), (2, Gen.Int[16_380, 16_390]), (1, Gen.Int[60_000, 200_000]))).Array[1, 25],
        Gen.Int[0, int.MaxValue]).Select((lines, seed) =>
        {
            var random = new Random(seed);
            var queues = new Dictionary<LogSource, Queue<(LogSource, long, byte[], bool)>>();
            for (var i = 0; i < lines.Length; i++)
            {
                var source = lines[i].Item1 ? LogSource.Stderr : LogSource.Stdout;
                var text = Encoding.ASCII.GetBytes(new string((char)('a' + i), lines[i].Item2));
                var queue = queues.TryGetValue(source, out var known) ? known : queues[source] = new();
                for (var from = 0; ; from += 16_384)
                {
                    var rest = text.Length - from;
                    queue.Enqueue((source, i / 2 + 1, text[from..Math.Min(text.Length, from + 16_384)], rest < 16_384));
                    if (rest < 16_384)
                    {
                        break;
                    }
                }
            }
            var mixed = new List<(LogSource, long, byte[], bool)>();
            while (queues.Values.Any(q => q.Count > 0))
            {
                var choices = queues.Values.Where(q => q.Count > 0).ToArray();
                mixed.Add(choices[random.Next(choices.Length)].Dequeue());
            }
            return mixed;
        });

    [Fact]
    public void Nothing_is_added_lost_or_moved_when_parts_are_joined() => Engine.Sample(records =>
    {
        var lines = Read(records, default);
        return Sources.All(source => Text(lines, source) == string.Concat(records.Where(r => r.Source == source)
                .Select(r => Encoding.ASCII.GetString(r.Part) + (r.Ends ? "\n" : ""))))
            && lines.All(l => l.Line.Text.Length <= LogLineCodec.LongestText);
    }, iter: 200);

    [Fact]
    public void Reading_on_after_any_line_yields_exactly_the_rest() =>
        Gen.Select(Engine, Gen.Int[0, 1_000]).Sample((records, stop) =>
        {
            var all = Read(records, default);
            var first = all.Take(stop % (all.Count + 1)).ToList();
            var rest = Read(records, first.Count == 0 ? default : first[^1].Cursor);
            return Sources.All(source => Text([.. first, .. rest], source) == Text(all, source));
        }, iter: 200);

    private static readonly LogSource[] Sources = [LogSource.Stdout, LogSource.Stderr];

    private static List<(LogLine Line, LogCursor Cursor)> Read(IEnumerable<(LogSource Source, long At, byte[] Part, bool Ends)> records, LogCursor from)
    {
        var lines = new List<(LogLine, LogCursor)>();
        var filter = new LogCursorFilter(from);
        var assembler = new LineAssembler(from, (line, cursor) => lines.Add((line with { Text = line.Text.ToArray() }, cursor)));
        foreach (var (source, at, part, ends) in records)
        {
            if (filter.IsNew(source, at))
            {
                assembler.Take(new(source, at, new ReadOnlySequence<byte>(part), ends));
            }
        }
        assembler.Flush();
        return lines;
    }

    private static string Text(IEnumerable<(LogLine Line, LogCursor Cursor)> lines, LogSource source) =>
        string.Concat(lines.Where(l => l.Line.Source == source).Select(l => Encoding.ASCII.GetString(l.Line.Text.Span) + (l.Line.Partial ? "" : "\n")));
}
