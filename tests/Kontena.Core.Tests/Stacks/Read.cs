using System.Collections.Immutable;
using Kontena.Core.Stacks;

namespace Kontena.Core.Tests.Stacks;

/// <summary>Reads texts as a page would.</summary>
internal static class Read
{
    public static StackReading Text(string text, params (string File, string Text)[] others) => Named("kontena.yml", text, others);

    public static StackReading Named(string main, string text, params (string File, string Text)[] others) => StackReader.Read(new StackSource
    {
        Main = main,
        Grid = "test",
        StackName = "shop",
        Files = others.Append((main, text)).ToImmutableDictionary(f => f.Item1, f => f.Item2),
    });

    /// <summary>The only error of a text.</summary>
    public static StackFinding Error(string text, params (string File, string Text)[] others) =>
        Assert.Single(Text(text, others).Findings, f => f.Severity == FindingSeverity.Error);

    /// <summary>The text of a file that a finding marks.</summary>
    public static string Marked(string text, StackFinding finding) => text.Split('\n')[finding.Line - 1].Substring(finding.Column - 1, finding.Length);
}
