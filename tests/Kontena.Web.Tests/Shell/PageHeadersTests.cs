using System.Net;
using System.Text.RegularExpressions;
using Kontena.TestKit.Databases;
using Kontena.Web.Identity;
using Kontena.Web.Tests.Masters;
using Xunit;

namespace Kontena.Web.Tests.Shell;

public sealed partial class PageHeadersTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("/setup")]
    [InlineData("/no-such-page")]
    [InlineData("/css/tokens.css")]
    [InlineData("/healthz")]
    public async Task Every_answer_is_told_to_load_nothing_from_others(string path)
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        using var client = master.Client();

        using var answer = await client.GetAsync(path, TestMaster.Cancel);

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("http", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task A_page_is_not_kept_by_the_browser_and_names_no_other_host()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        using var client = master.Client();

        using var answer = await client.GetAsync("/setup", TestMaster.Cancel);
        var page = await answer.Content.ReadAsStringAsync(TestMaster.Cancel);

        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.DoesNotMatch(OtherHost(), page);
        Assert.DoesNotMatch(InlineScript(), page);
    }

    [Theory]
    [InlineData("k-theme=dark", "dark")]
    [InlineData("k-theme=light", "light")]
    [InlineData("k-theme=\"><script>", "system")]
    [InlineData("other=1", "system")]
    public async Task The_first_answer_already_has_the_chosen_theme(string cookie, string theme)
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        using var client = master.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/setup") { Headers = { { "Cookie", cookie } } };

        using var answer = await client.SendAsync(request, TestMaster.Cancel);

        Assert.Contains($"data-theme=\"{theme}\"", await answer.Content.ReadAsStringAsync(TestMaster.Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_page_is_said_in_words()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        var code = await File.ReadAllTextAsync(Path.Combine(master.Data, SetupCode.FileName), TestMaster.Cancel);
        TestMaster.Value(await master.Get<CreateFirstAdministrator>().HandleAsync(code, "Anna", "anna@example.org", "correct horse battery", TestMaster.Cancel));
        using var client = master.Client();
        using var person = new HttpRequestMessage(HttpMethod.Get, "/setup") { Headers = { { "Accept", "text/html" } } };

        using var page = await client.SendAsync(person, TestMaster.Cancel);

        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Contains("There is no such page", await page.Content.ReadAsStringAsync(TestMaster.Cancel), StringComparison.Ordinal);
    }

    [GeneratedRegex("(href|src|action)=\"(https?:)?//")]
    private static partial Regex OtherHost();

    [GeneratedRegex("<script(?![^>]*\\bsrc=)")]
    private static partial Regex InlineScript();
}
