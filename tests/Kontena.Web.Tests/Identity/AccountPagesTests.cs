using System.Net;
using System.Text.RegularExpressions;
using Kontena.TestKit.Databases;
using Kontena.Web.Identity;
using Kontena.Web.Tests.Masters;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace Kontena.Web.Tests.Identity;

public sealed partial class AccountPagesTests(PostgresFixture postgres)
{
    private const string Email = "anna@example.org";
    private const string Password = "correct horse battery";

    [Fact]
    public async Task The_first_visit_sets_up_and_signs_in_and_then_the_page_is_gone()
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        using var browser = new Browser(master);
        Assert.Equal("/setup", Where(await browser.GetAsync("/sign-in")));

        using var done = await browser.PostAsync("/setup", "setup", new()
        {
            ["Input.Code"] = await CodeAsync(master), ["Input.Name"] = "Anna", ["Input.Email"] = Email, ["Input.Password"] = Password,
        });

        Assert.Equal((HttpStatusCode.Redirect, "/"), (done.StatusCode, Where(done)));
        Assert.Equal("/grids/default", Where(await browser.GetAsync("/")));
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/setup")).StatusCode);
    }

    [Theory]
    [InlineData("wrong", "Anna", Email, Password, "The setup code is not right")]
    [InlineData(null, "", Email, Password, "Enter your name.")]
    [InlineData(null, "Anna", "anna", Password, "Enter an email address, such as")]
    [InlineData(null, "Anna", Email, "short", "The password needs 12 to 128 characters.")]
    public async Task A_mistake_is_said_at_its_field_and_the_password_does_not_come_back(string? code, string name, string email, string password, string words)
    {
        await using var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        using var browser = new Browser(master);

        using var answer = await browser.PostAsync("/setup", "setup", new()
        {
            ["Input.Code"] = code ?? await CodeAsync(master), ["Input.Name"] = name, ["Input.Email"] = email, ["Input.Password"] = password,
        });
        var page = await answer.Content.ReadAsStringAsync(TestMaster.Cancel);

        Assert.Contains(words, Message().Match(page).Groups[1].Value, StringComparison.Ordinal);
        Assert.DoesNotContain(password, page, StringComparison.Ordinal);
        await using var db = master.OpenDb();
        Assert.False(await db.Users.AnyAsync(TestMaster.Cancel));
    }

    [Fact]
    public async Task Whoever_signs_in_comes_back_to_the_page_and_signs_out_again()
    {
        await using var master = await SetUpAsync();
        using var browser = new Browser(master);
        Assert.Contains("/sign-in?ReturnUrl=", Where(await browser.GetAsync("/grids/default")), StringComparison.OrdinalIgnoreCase);

        using var signedIn = await browser.SignInAsync(Email, Password, "?returnUrl=%2Fgrids%2Fdefault");
        Assert.Equal("/grids/default", Where(signedIn));
        Assert.Equal("/grids/default", Where(await browser.GetAsync("/")));

        using var forged = await browser.PostBareAsync("/sign-out", []);
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        using var signedOut = await browser.PostAsync("/denied", null, [], "/sign-out");
        Assert.Equal("/sign-in", Where(signedOut));
        Assert.Contains("/sign-in", Where(await browser.GetAsync("/")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_return_address_outside_goes_home()
    {
        await using var master = await SetUpAsync();
        using var browser = new Browser(master);

        using var signedIn = await browser.SignInAsync(Email, Password, "?returnUrl=https%3A%2F%2Fevil.example%2F");

        Assert.Equal("/", Where(signedIn));
    }

    [Fact]
    public async Task Unknown_wrong_disabled_and_locked_get_the_same_words()
    {
        await using var master = await SetUpAsync();
        using var browser = new Browser(master);
        var refusals = new List<string>
        {
            await RefusalAsync(browser, "nobody@example.org", Password),
            await RefusalAsync(browser, Email, "wrong password"),
        };
        await using (var db = master.OpenDb())
        {
            await db.Users.ExecuteUpdateAsync(user => user.SetProperty(u => u.Disabled, true), TestMaster.Cancel);
            refusals.Add(await RefusalAsync(browser, Email, Password));
            await db.Users.ExecuteUpdateAsync(user => user.SetProperty(u => u.Disabled, false), TestMaster.Cancel);
        }
        for (var i = 0; i < 4; i++)
        {
            refusals.Add(await RefusalAsync(browser, Email, "wrong password"));
        }
        refusals.Add(await RefusalAsync(browser, Email, Password)); // right, but locked by now

        Assert.Single(refusals.Distinct());
        await using var events = master.OpenDb();
        Assert.Equal(1, await events.Events.CountAsync(e => e.Kind == "user.locked", TestMaster.Cancel));
    }

    [Fact]
    public async Task Twenty_wrong_passwords_at_once_count_as_five()
    {
        await using var master = await SetUpAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            using var browser = new Browser(master);
            return await RefusalAsync(browser, Email, "wrong password");
        }));

        Assert.Single(answers.Distinct());
        await using var db = master.OpenDb();
        var user = await db.Users.SingleAsync(TestMaster.Cancel);
        Assert.NotNull(user.LockoutEnd);
        Assert.Equal(0, user.AccessFailedCount); // set back by the one lock, and nothing was counted after it
    }

    private async Task<TestMaster> SetUpAsync()
    {
        var master = await TestMaster.StartAsync(DatabaseKind.Sqlite, postgres);
        TestMaster.Value(await master.Get<CreateFirstAdministrator>().HandleAsync(await CodeAsync(master), "Anna", Email, Password, TestMaster.Cancel));
        return master;
    }

    private static async Task<string> RefusalAsync(Browser browser, string email, string password)
    {
        using var answer = await browser.SignInAsync(email, password);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return Alert().Match(await answer.Content.ReadAsStringAsync(TestMaster.Cancel)).Groups[1].Value;
    }

    /// <summary>Where an answer leads to, on this site.</summary>
    private static string? Where(HttpResponseMessage answer) => answer.Headers.Location switch
    {
        null => null,
        { IsAbsoluteUri: true, Host: "localhost" } ours => ours.PathAndQuery,
        var other => other.OriginalString,
    };

    private static Task<string> CodeAsync(TestMaster master) => File.ReadAllTextAsync(Path.Combine(master.Data, SetupCode.FileName), TestMaster.Cancel);

    [GeneratedRegex("class=\"validation-message\">([^<]*)<")]
    private static partial Regex Message();

    [GeneratedRegex("role=\"alert\".*?<p>([^<]+)</p>", RegexOptions.Singleline)]
    private static partial Regex Alert();

    /// <summary>Keeps cookies and fills in forms, without scripts.</summary>
    private sealed partial class Browser(TestMaster master) : IDisposable
    {
        private readonly HttpClient _client = master.Client();

        public Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(path, TestMaster.Cancel);

        public Task<HttpResponseMessage> SignInAsync(string email, string password, string query = "") =>
            PostAsync("/sign-in" + query, "sign-in", new() { ["Input.Email"] = email, ["Input.Password"] = password });

        /// <param name="path">The page with the form.</param>
        /// <param name="form">Its handler; null for a plain form.</param>
        /// <param name="action">Where the form goes, when not to its page.</param>
        public async Task<HttpResponseMessage> PostAsync(string path, string? form, Dictionary<string, string> fields, string? action = null)
        {
            using var page = await GetAsync(path);
            fields["__RequestVerificationToken"] = Token().Match(await page.Content.ReadAsStringAsync(TestMaster.Cancel)).Groups[1].Value;
            if (form is not null)
            {
                fields["_handler"] = form;
            }
            return await PostBareAsync(action ?? path, fields);
        }

        public async Task<HttpResponseMessage> PostBareAsync(string path, Dictionary<string, string> fields)
        {
            using var content = new FormUrlEncodedContent(fields);
            return await _client.PostAsync(path, content, TestMaster.Cancel);
        }

        public void Dispose() => _client.Dispose();

        [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
        private static partial Regex Token();
    }
}
