using System.Text;
using System.Text.Json.Serialization;
using Kontena.Core.Logs;
using Kontena.Web.Stats;

namespace Kontena.Web.Logs;

/// <summary>A line for the browser; the names are short because there are many.</summary>
/// <param name="Id">Its place; sorts as text.</param>
/// <param name="T">Milliseconds since 1970.</param>
/// <param name="I">The instance: "web-1".</param>
/// <param name="S">1 stdout, 2 stderr, 3 Kontena itself.</param>
/// <param name="X">Text. Whoever shows it makes text nodes of it.</param>
/// <param name="P">The line goes on in the next one of the same source.</param>
internal sealed record LiveLine(
    string Id, long T, string I, int S, string X, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool P)
{
    public static LiveLine Of(string service, in LogEntry entry) => new(entry.Id.ToString(), entry.Line.At / 1_000_000,
        $"{service}-{entry.Number}", (int)entry.Line.Source, Encoding.UTF8.GetString(entry.Line.Text.Span), entry.Line.Partial);
}

/// <param name="Lost">Lines that this viewer missed before these because it was too slow; they are stored.</param>
internal sealed record LogBatch(IReadOnlyList<LiveLine> Lines, long Lost);

/// <param name="More">There may be earlier ones.</param>
/// <param name="OutOfTime">The search ended before it had seen everything.</param>
internal sealed record LogPage(IReadOnlyList<LiveLine> Lines, bool More, bool OutOfTime);

/// <summary>The wire format of the browser's hub.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LogBatch))]
[JsonSerializable(typeof(LogPage))]
[JsonSerializable(typeof(StatBatch))]
[JsonSerializable(typeof(NodeStatBatch))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(int?))]
[JsonSerializable(typeof(long?))]
[JsonSerializable(typeof(bool))]
internal sealed partial class LiveJson : JsonSerializerContext;
