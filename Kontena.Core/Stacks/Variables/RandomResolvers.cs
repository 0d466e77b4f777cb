using System.Globalization;
using System.Text;
using Kontena.Core.Stacks.Yaml;

namespace Kontena.Core.Stacks.Variables;

/// <summary>Makes passwords, numbers and ids from the random bytes that the reading was handed; without any, they have no value.</summary>
internal static class RandomResolvers
{
    private const int Longest = 4_096;
    private const string Digits = "0123456789";
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    public static object? Resolve(VariableSet set, VariableDefinition variable, VariableSource source)
    {
        var random = set.Context.Source.Random;
        return source.Kind switch
        {
            "random_uuid" => random is null ? null : Uuid(random),
            "random_number" => Between(variable, source, random),
            _ => Text(variable, source, random),
        };
    }

    private static object? Between(VariableDefinition variable, VariableSource source, Func<int, byte[]>? random)
    {
        var options = source.Hint as YamlMapping;
        if (options?.Get("min") is not YamlScalar { Kind: ScalarKind.Integer } min || options.Get("max") is not YamlScalar { Kind: ScalarKind.Integer } max ||
            min.Value.Integer > max.Value.Integer)
        {
            Resolvers.Fail(variable, source, "'random_number' needs whole numbers 'min' and 'max', and 'min' is not above 'max'.");
            return null;
        }
        return random is null ? null : min.Value.Integer + (long)Below(random, (UInt128)((Int128)max.Value.Integer - min.Value.Integer) + 1);
    }

    private static string? Text(VariableDefinition variable, VariableSource source, Func<int, byte[]>? random)
    {
        var options = source.Hint as YamlMapping;
        var lengthText = source.HintText ?? (options?.Get("length") as YamlScalar)?.Value.Text;
        if (!int.TryParse(lengthText, NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length is 0 or > Longest)
        {
            Resolvers.Fail(variable, source, $"'random_string' needs a length from 1 to {Longest}, such as 'random_string: 32'.");
            return null;
        }
        var charset = (options?.Get("charset") as YamlScalar)?.Value.Text ?? "alphanumeric";
        if (charset == "base64" && length % 4 != 0)
        {
            Resolvers.Fail(variable, source, "A random string in base64 needs a length that can be divided by 4.");
            return null;
        }
        var characters = Characters(charset);
        if (characters.Length == 0)
        {
            Resolvers.Fail(variable, source, "The charset of 'random_string' has no characters.");
            return null;
        }
        if (random is null)
        {
            return null;
        }
        var text = new StringBuilder(length);
        for (var i = 0; i < length; i++)
        {
            text.Append(characters[(int)Below(random, (UInt128)characters.Length)]);
        }
        return text.ToString();
    }

    private static string Characters(string charset) => charset switch
    {
        "numbers" => Digits,
        "letters" => Lower + Upper,
        "downcase" => Lower,
        "upcase" => Upper,
        "alphanumeric" => Lower + Upper + Digits,
        "hex" => Digits + "abcdef",
        "hex_upcase" => Digits + "ABCDEF",
        "base64" => Lower + Upper + Digits + "+/",
        "ascii_printable" => string.Concat(Enumerable.Range(33, 94).Select(c => (char)c)),
        [var from, '-', var to] when from <= to => string.Concat(Enumerable.Range(from, to - from + 1).Select(c => (char)c)),
        _ => charset.Length > 256 ? charset[..256] : charset,
    };

    /// <summary>Every number below the limit is equally likely: those that would favour some are thrown away.</summary>
    private static UInt128 Below(Func<int, byte[]> random, UInt128 limit)
    {
        var fair = UInt128.MaxValue - (UInt128.MaxValue % limit);
        while (true)
        {
            var number = new UInt128(BitConverter.ToUInt64(random(8)), BitConverter.ToUInt64(random(8)));
            if (number < fair)
            {
                return number % limit;
            }
        }
    }

    private static string Uuid(Func<int, byte[]> random)
    {
        var bytes = random(16);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString("D");
    }
}
