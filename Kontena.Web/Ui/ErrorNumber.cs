using System.Globalization;
using System.Security.Cryptography;

namespace Kontena.Web.Ui;

/// <summary>A number that a person can quote and an operator can find in the log.</summary>
internal static class ErrorNumber
{
    public static string New(TimeProvider time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():MMddHHmm}-{RandomNumberGenerator.GetInt32(1_000, 10_000)}");
}
