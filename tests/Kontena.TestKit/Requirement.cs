using Xunit;

namespace Kontena.TestKit;

/// <summary>What a test needs from the machine. Missing, it skips the test; named in <c>KONTENA_REQUIRE</c>, it fails it.</summary>
/// <remarks><c>./test.sh</c> sets <c>KONTENA_REQUIRE=docker,postgres,browser</c>, so nothing is skipped there unseen.</remarks>
public static class Requirement
{
    public const string Docker = "docker";
    public const string Postgres = "postgres";
    public const string Browser = "browser";

    /// <summary>Call it from a test: a skip raised in a fixture counts as a failure.</summary>
    /// <param name="missing">What is missing and how to get it; null when nothing is.</param>
    public static void Check(string requirement, string? missing)
    {
        if (missing is null)
        {
            return;
        }
        var message = $"This test needs {requirement}: {missing}";
        Assert.SkipUnless(IsRequired(requirement), message);
        Assert.Fail(message);
    }

    public static bool IsRequired(string requirement) =>
        (Environment.GetEnvironmentVariable("KONTENA_REQUIRE") ?? "")
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Contains(requirement, StringComparer.OrdinalIgnoreCase);
}
