using System.Globalization;
using System.Text;

namespace Kontena.Web.Stacks.Editor;

/// <summary>A file that somebody dropped or uploaded: what it is called here, and its text.</summary>
internal static class IncomingFile
{
    public const int LargestBytes = 1024 * 1024;
    private const int LongestName = 100;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// The name under which a file joins the others: that of a file that is asked for, where the last part is equal; the main file's
    /// when that one is still empty and nothing else fits; otherwise its own without folders.
    /// </summary>
    public static string NameFor(string name, string main, IReadOnlyDictionary<string, string> files, IReadOnlyList<string> missing, bool alone)
    {
        var own = LastPart(name);
        if (missing.Concat(files.Keys).FirstOrDefault(known => LastPart(known) == own) is { } known)
        {
            return known;
        }
        var stack = own.EndsWith(".yml", StringComparison.OrdinalIgnoreCase) || own.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase);
        return alone && stack && string.IsNullOrWhiteSpace(files.GetValueOrDefault(main)) ? main : own;
    }

    /// <summary>Null when the bytes are not text.</summary>
    public static string? TextOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        }
        try
        {
            var text = Utf8.GetString(bytes);
            return text.Contains('\0', StringComparison.Ordinal) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    public static string TooLarge(string name, long bytes) => string.Create(CultureInfo.InvariantCulture,
        $"{LastPart(name)} has {(bytes + 1023) / 1024} KB, at most {LargestBytes / 1024} KB are taken. Nothing was changed. Split the file, or take out what is not needed.");

    public static string NotText(string name) =>
        $"{LastPart(name)} is not a text file in UTF-8. Nothing was changed. Save it as UTF-8 and try again.";

    public static string Unreadable(string name) =>
        $"{LastPart(name)} could not be read. Nothing was changed. Check that it still exists and try again.";

    private static string LastPart(string name)
    {
        var part = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        part = new string([.. part.Where(c => !char.IsControl(c))]).Trim();
        return part.Length > LongestName ? part[^LongestName..] : part.Length == 0 ? "file" : part;
    }
}
