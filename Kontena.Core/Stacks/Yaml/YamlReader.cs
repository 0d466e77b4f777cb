using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using Event = YamlDotNet.Core.Events.ParsingEvent;

namespace Kontena.Core.Stacks.Yaml;

/// <summary>Builds the tree of a document from the parser's events, within limits, so that no text can be expensive.</summary>
/// <remarks>The parser is pulled event by event and left alone at the first limit: it never sees the rest.</remarks>
internal sealed class YamlReader
{
    private readonly string _file;
    private readonly Findings _findings;
    private readonly string[] _lines;
    private readonly Func<SourceSpan, SourceSpan> _place;
    private readonly Parser _parser;
    private readonly Dictionary<string, Anchored> _anchors = new(StringComparer.Ordinal);
    private int _nodes;

    private YamlReader(string file, string text, Findings findings, Func<SourceSpan, SourceSpan> place)
    {
        _place = place;
        _file = file;
        _findings = findings;
        _lines = text.ReplaceLineEndings("\n").Split('\n');
        _parser = new Parser(new Scanner(new StringReader(text)));
    }

    /// <param name="place">Turns a place in the text into one in the file, when they differ.</param>
    /// <returns>The first document; null after a finding, or with <paramref name="empty"/> when there is none.</returns>
    public static YamlNode? Read(string file, string text, Findings findings, Func<SourceSpan, SourceSpan>? place, out bool empty)
    {
        empty = false;
        text = text.StartsWith('\ufeff') ? text[1..] : text;
        if (!TextGuard.Admit(file, text, findings))
        {
            return null;
        }
        var reader = new YamlReader(file, text, findings, place ?? (span => span));
        try
        {
            var node = reader.ReadDocument(out empty);
            if (!empty)
            {
                reader.WarnAboutFurtherDocuments();
            }
            return node;
        }
        catch (RefusedException refused)
        {
            findings.Error(refused.Kind, refused.At, [], refused.Message);
        }
        catch (YamlException broken)
        {
            var (at, message) = SyntaxMessage.Of(broken, file, reader._lines);
            findings.Error("yaml_syntax", reader._place(at), [], message);
        }
        catch (Exception broken) when (broken is InvalidOperationException or ArgumentException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            // The parser's way of saying that broken text confused it; it holds nothing but this text.
            findings.Error("yaml_syntax", SourceSpan.WholeFile(file), [], "This is not valid YAML. Check quotes, brackets and indentation.");
        }
        return null;
    }

    private YamlNode? ReadDocument(out bool empty)
    {
        empty = false;
        while (_parser.MoveNext())
        {
            switch (_parser.Current)
            {
                case StreamEnd:
                    empty = true;
                    return null;
                case StreamStart or DocumentStart or Comment:
                    continue;
                case DocumentEnd:
                    empty = true;
                    return null;
                default:
                    return ReadNode(0);
            }
        }
        empty = true;
        return null;
    }

    private void WarnAboutFurtherDocuments()
    {
        try
        {
            while (_parser.MoveNext())
            {
                if (_parser.Current is DocumentStart { IsImplicit: false } next)
                {
                    _findings.Warning("further_document", SpanOf(next), [],
                        "Only the first document of this file is read. Put the rest into a file of its own.");
                    return;
                }
            }
        }
        catch (YamlException broken) when (_parser.Current is not DocumentEnd)
        {
            var (at, message) = SyntaxMessage.Of(broken, _file, _lines);
            throw new RefusedException("yaml_syntax", _place(at), message);
        }
        catch (YamlException)
        {
            // Broken text after the end of the first document, which is not ours to read.
        }
    }

    private YamlNode ReadNode(int depth)
    {
        var at = _parser.Current!;
        if (depth > TextLimits.Depth)
        {
            throw Refused("too_deep", at, $"The nesting is deeper than {TextLimits.Depth} levels at line {at.Start.Line}, column {at.Start.Column}. Simplify the structure.");
        }
        Count(1, at);
        var before = _nodes;
        if (at is AnchorAlias alias)
        {
            return Expand(alias);
        }
        if (at is not NodeEvent node)
        {
            throw Refused("yaml_syntax", at, "A value is missing here.");
        }
        CheckTag(node);
        var anchor = node.Anchor.IsEmpty ? null : node.Anchor.Value;
        if (anchor is not null)
        {
            _anchors[anchor] = new Anchored(null, 0);
        }
        YamlNode result = node switch
        {
            Scalar scalar => ReadScalar(scalar),
            SequenceStart sequence => ReadSequence(sequence, depth),
            MappingStart mapping => ReadMapping(mapping, depth),
            _ => throw Refused("yaml_syntax", at, "A value is missing here."),
        };
        if (anchor is not null)
        {
            _anchors[anchor] = new Anchored(result, _nodes - before + 1);
        }
        return result;
    }

    private void Count(int nodes, Event at)
    {
        _nodes += nodes;
        if (_nodes > TextLimits.Nodes)
        {
            throw Refused("too_many_nodes", at, string.Create(CultureInfo.InvariantCulture,
                $"The file has more than {TextLimits.Nodes:N0} values after its aliases are expanded. Use fewer or smaller aliases, or split the stack."));
        }
    }

    private YamlNode Expand(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var anchored))
        {
            throw Refused("yaml_syntax", alias, $"No anchor '&{Shown.Short(alias.Value.Value)}' stands before this alias.");
        }
        if (anchored.Node is null)
        {
            throw Refused("yaml_disallowed", alias, $"The alias '*{Shown.Short(alias.Value.Value)}' stands inside its own anchor, so it never ends.");
        }
        Count(anchored.Size - 1, alias);
        return anchored.Node;
    }

    private void CheckTag(NodeEvent node)
    {
        if (node.Tag.IsEmpty || node.Tag.IsNonSpecific)
        {
            return;
        }
        var tag = node.Tag.Value;
        if (tag.StartsWith("!ruby/", StringComparison.Ordinal) || tag.StartsWith("tag:ruby", StringComparison.Ordinal) ||
            tag.StartsWith("tag:yaml.org,2002:python/", StringComparison.Ordinal) || tag.StartsWith("tag:yaml.org,2002:ruby/", StringComparison.Ordinal) ||
            tag.Contains("System.", StringComparison.Ordinal))
        {
            throw Refused("yaml_disallowed", node, $"The tag '{Shown.Short(tag)}' would make an object of a programming language. Remove it.");
        }
    }

    private YamlScalar ReadScalar(Scalar scalar)
    {
        if (scalar.Value.Length > TextLimits.ScalarBytes)
        {
            throw Refused("too_large", scalar, $"This value is longer than {TextLimits.ScalarBytes / 1024} KiB. Put the data elsewhere.");
        }
        var span = SpanOf(scalar);
        if (scalar.Style is not ScalarStyle.Plain)
        {
            return YamlScalar.Quoted(span, scalar.Value);
        }
        if (!scalar.Tag.IsEmpty && !scalar.Tag.IsNonSpecific && scalar.Tag.Value == "tag:yaml.org,2002:str")
        {
            return YamlScalar.Quoted(span, scalar.Value);
        }
        var resolved = YamlScalar.Resolved(span, scalar.Value);
        return resolved.Kind != ScalarKind.Disallowed ? resolved : throw Refused("yaml_disallowed", scalar, DisallowedMessage(scalar.Value));
    }

    /// <summary>What to say about a plain scalar that the language refuses.</summary>
    public static string DisallowedMessage(string text) => text.StartsWith(':')
        ? $"A value that starts with a colon is not allowed. Put it into quotes: \"{Shown.Short(text)}\"."
        : $"{Shown.Short(text)} is a date in YAML, and dates are not allowed. Put it into quotes: \"{Shown.Short(text)}\".";

    private YamlSequence ReadSequence(SequenceStart start, int depth)
    {
        var items = new List<YamlNode>();
        while (Next() is not SequenceEnd)
        {
            items.Add(ReadNode(depth + 1));
        }
        return new YamlSequence(SpanOf(start, _parser.Current!), items);
    }

    private YamlMapping ReadMapping(MappingStart start, int depth)
    {
        var own = new List<YamlEntry>();
        var merged = new List<YamlEntry>();
        while (Next() is not MappingEnd)
        {
            var keyEvent = _parser.Current!;
            if (ReadNode(depth + 1) is not YamlScalar key)
            {
                throw Refused("yaml_disallowed", keyEvent, "A key must be a single word or text, not a list or a mapping.");
            }
            _ = Next();
            var valueEvent = _parser.Current!;
            var value = ReadNode(depth + 1);
            if (key is { Plain: true, Text: "<<" })
            {
                Merge(merged, value, valueEvent);
            }
            else
            {
                AddKey(own, key, value);
            }
        }
        var names = own.Select(e => e.Name).ToHashSet(StringComparer.Ordinal);
        // Inherited keys stand first, as in the original; nearer ones replace them.
        return new YamlMapping(SpanOf(start, _parser.Current!), [.. merged.Where(e => !names.Contains(e.Name)), .. own]);
    }

    private void AddKey(List<YamlEntry> own, YamlScalar key, YamlNode value)
    {
        var earlier = own.FindIndex(e => e.Name == key.Text);
        if (earlier < 0)
        {
            own.Add(new YamlEntry(key, value));
            return;
        }
        _findings.Warning("duplicate_key", key.Span, [key.Text],
            $"'{Shown.Short(key.Text)}' stands here and in line {own[earlier].Key.Span.Line}. The last one counts; remove the other.");
        own[earlier] = new YamlEntry(key, value);
    }

    private static void Merge(List<YamlEntry> merged, YamlNode value, Event at)
    {
        IEnumerable<YamlNode> sources = value is YamlSequence list ? list.Items : [value];
        foreach (var source in sources)
        {
            if (source is not YamlMapping mapping)
            {
                throw new RefusedException("yaml_syntax", value.Span, "The merge key '<<' takes a mapping or a list of mappings, usually an alias.");
            }
            foreach (var entry in mapping.Entries)
            {
                if (!merged.Exists(e => e.Name == entry.Name))
                {
                    merged.Add(entry);
                }
            }
        }
        _ = at;
    }

    private Event Next()
    {
        while (_parser.MoveNext())
        {
            if (_parser.Current is not Comment)
            {
                return _parser.Current!;
            }
        }
        throw new RefusedException("yaml_syntax", SourceSpan.WholeFile(_file), "The file ends in the middle of a list or mapping.");
    }

    private RefusedException Refused(string kind, Event at, string message) => new(kind, SpanOf(at), message);

    private SourceSpan SpanOf(Event at) => SpanOf(at, at);

    private SourceSpan SpanOf(Event start, Event end)
    {
        // The end of the file counts as a place on its last line.
        var line = (int)Math.Clamp(start.Start.Line, 1, _lines.Length);
        var column = (int)Math.Clamp(start.Start.Column, 1, _lines[line - 1].Length + 1);
        var rest = _lines[line - 1].TrimEnd().Length - column + 1;
        var length = end.End.Line == start.Start.Line ? (int)(end.End.Column - start.Start.Column) : rest;
        // The end of a list or mapping in brackets is told as the place of the bracket.
        length += end is SequenceEnd or MappingEnd && column + length - 1 is var at && at < _lines[line - 1].Length && _lines[line - 1][at] is ']' or '}' ? 1 : 0;
        return _place(new SourceSpan(_file, line, column, Math.Max(1, Math.Min(length, Math.Max(1, rest)))));
    }

    private readonly record struct Anchored(YamlNode? Node, int Size);

    private sealed class RefusedException(string kind, SourceSpan at, string message) : Exception(message)
    {
        public string Kind { get; } = kind;

        public SourceSpan At { get; } = at;
    }
}
