using System.Security.Cryptography;
using System.Text;

namespace Kontena.Core.Stacks.Variables;

/// <summary>What the options of a string variable make of its text, in their fixed order.</summary>
internal static class StringType
{
    private const int LineOfBase64 = 60;

    public static object? Convert(VariableDefinition variable, object? raw)
    {
        if (raw is null && variable.Flag("empty_is_nil", otherwise: true))
        {
            return null;
        }
        var text = VariableValue.TextOf(raw);
        text = variable.Flag("encode_64") ? Encode(text) : text;
        text = variable.Flag("decode_64") ? Decode(text) : text;
        text = variable.Text("hexdigest") is { } algorithm ? Digest(algorithm, text) : text;
        text = variable.Flag("upcase") ? text.ToUpperInvariant() : text;
        text = variable.Flag("downcase") ? text.ToLowerInvariant() : text;
        text = variable.Flag("strip") ? text.Trim() : text;
        text = variable.Flag("chomp") ? Chomp(text) : text;
        text = variable.Flag("capitalize") && text.Length > 0 ? char.ToUpperInvariant(text[0]) + text[1..].ToLowerInvariant() : text;
        return variable.Flag("empty_is_nil", otherwise: true) && string.IsNullOrWhiteSpace(text) ? null : text;
    }

    private static string Chomp(string text) =>
        text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') || text.EndsWith('\r') ? text[..^1] : text;

    private static string Encode(string text)
    {
        var encoded = System.Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        return string.Concat(encoded.Chunk(LineOfBase64).Select(line => new string(line) + "\n"));
    }

    private static string Decode(string text)
    {
        var buffer = new byte[text.Length];
        var clean = string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
        return System.Convert.TryFromBase64String(clean, buffer, out var written) ? Encoding.UTF8.GetString(buffer, 0, written) : "";
    }

    // The language has always offered these digests for checksums; nothing here relies on them for safety.
#pragma warning disable CA5350, CA5351
    private static string Digest(string algorithm, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return System.Convert.ToHexStringLower(algorithm switch
        {
            "md5" => MD5.HashData(bytes),
            "sha1" => SHA1.HashData(bytes),
            "sha384" => SHA384.HashData(bytes),
            "sha512" => SHA512.HashData(bytes),
            _ => SHA256.HashData(bytes),
        });
    }
#pragma warning restore CA5350, CA5351
}
